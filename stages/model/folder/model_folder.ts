import * as v from "npm:valibot@1.5.0";
import type { Frame } from "../../../data/geometry/box.ts";
import { frameOfModel } from "../../../data/geometry/frame.ts";
import type { FolderPrompts } from "../../../data/questions/prompt.ts";
import { compileChat } from "../chat/chat.ts";
import { familyOf } from "../families.ts";
import type { PromptTools } from "../prompt_tokens.ts";
import { checkCheckpoint, checkLayerCounts } from "../qwen2_vl/check_checkpoint.ts";
import type { Qwen2VlConfig } from "../qwen2_vl/config.ts";
import {
  type GenerationConfig,
  parseGenerationConfig,
} from "../qwen2_vl/generation_config.ts";
import { parsePreprocessor, type Preprocessor } from "../qwen2_vl/image_processor.ts";
import { checkCompanionFiles, MAX_COMPANION_BYTES } from "./companion_files.ts";
import { checkJson } from "../../../data/files/check_json.ts";
import { readBounded } from "../../../data/files/read_bounded.ts";
import { readJson, readJsonIfThere } from "../../../data/files/read_json.ts";
import { type Checkpoint, openCheckpoint } from "../safetensors/checkpoint.ts";
import { createTokenizer, type Tokenizer } from "../tokenizer/tokenizer.ts";

/** A published Qwen2-VL or Qwen2.5-VL folder, read and checked. The weights are read on demand. */
export interface ModelFolder extends PromptTools {
  readonly path: string;
  /** With the end tokens of generation_config.json, if it names any. */
  readonly config: Qwen2VlConfig;
  readonly generation: GenerationConfig;
  readonly checkpoint: Checkpoint;
  /** The set of prompts that the model was trained with, from visual_rft.json; absent without it. */
  readonly prompts?: FolderPrompts;
  /**
   * The frame in which the model states boxes: from visual_rft.json, else that of its family
   * (`model_type`), else 0–1000.
   */
  readonly frame: Frame;
  /** Step of coordinates in the frame 0–1000, from visual_rft.json. Default: 1. */
  readonly coordinateStep: number;
  /** Closes the files of the weights. */
  close(): void;
}

const REMEDY = "fetch the model's whole folder again";
const MAX_TEMPLATE_BYTES = 2 ** 20;
const text = v.pipe(v.string(), v.nonEmpty());
const token = v.nullish(v.union([v.string(), v.object({ content: v.string() })]));
const tokenizerConfigSchema = v.looseObject({
  bos_token: token,
  eos_token: token,
  pad_token: token,
  unk_token: token,
  chat_template: v.nullish(
    v.union([text, v.array(v.object({ name: v.string(), template: text }))]),
  ),
});

/**
 * Opens a model folder: config.json, tokenizer.json, tokenizer_config.json (and
 * chat_template.jinja or .json), preprocessor_config.json, the weights, and, if present,
 * generation_config.json and our own visual_rft.json.
 *
 * @throws {Deno.errors.NotFound} If a file is missing: names it and the remedy.
 * @throws {SyntaxError} If a file is damaged or two do not fit each other: names file, key,
 * value and remedy.
 * @throws {TypeError} If a file is a folder, pipe, socket or device.
 * @throws {RangeError} If a file is larger than such a file may be.
 *
 * @example
 * ```ts
 * import { openModelFolder } from "./model_folder.ts";
 *
 * const model = await openModelFolder("test/fixtures/qwen2_vl/tiny-untied");
 * model.tokenizer.encode("Hi");
 * await model.checkpoint.read("model.norm.weight");
 * model.close();
 * ```
 */
export async function openModelFolder(path: string): Promise<ModelFolder> {
  await checkFolder(path);
  await checkCompanionFiles(path);
  const read = (name: string) => readJson(`${path}/${name}`, { remedy: REMEDY });
  const optional = (name: string) =>
    readJsonIfThere(`${path}/${name}`, { remedy: REMEDY });

  const form = await read("config.json");
  const family = familyOf(form, `${path}/config.json`);
  const config = family.parseConfig(form, `${path}/config.json`);
  const preprocessor = await readPreprocessor(path);
  checkPatches(preprocessor, config, path);
  const tokenizerConfig = checkJson(
    tokenizerConfigSchema,
    await read("tokenizer_config.json"),
    `${path}/tokenizer_config.json`,
  );
  const tokenizer = createTokenizer(
    await readJson(`${path}/tokenizer.json`, {
      remedy: REMEDY,
      limit: MAX_COMPANION_BYTES,
    }),
    tokenizerConfig,
    `${path}/tokenizer.json`,
  );
  checkTokens(tokenizer, config, path);
  const chat = await readChat(path, tokenizerConfig);
  const generation = parseGenerationConfig(
    await optional("generation_config.json") ?? {},
    `${path}/generation_config.json`,
  );
  const ours = checkJson(
    v.object({
      prompts: v.optional(v.picklist(["short", "paper"])),
      frame: v.optional(v.picklist(["per mille", "pixels", "unit"])),
      coordinateStep: v.optional(
        v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000)),
        1,
      ),
    }),
    await optional("visual_rft.json") ?? {},
    `${path}/visual_rft.json`,
  );
  const eos = endTokens(
    generation,
    config,
    tokenizer,
    tokenText(tokenizerConfig.eos_token),
  );
  const pad = generation.padTokenId ?? config.tokens.pad;
  checkEnds(eos, pad, config, path);
  const checkpoint = await openCheckpoint(path);
  try {
    checkLayerCounts(checkpoint, config);
    checkCheckpoint(checkpoint, family.expectedShapes(config));
  } catch (error) {
    checkpoint.close();
    throw error;
  }
  return {
    path,
    config: {
      ...config,
      tokens: { ...config.tokens, eos, pad },
    },
    generation,
    preprocessor,
    tokenizer,
    chat,
    checkpoint,
    prompts: ours.prompts,
    frame: ours.frame ?? frameOfModel(config.modelType) ?? "per mille",
    coordinateStep: ours.coordinateStep,
    close: () => checkpoint.close(),
  };
}

async function checkFolder(path: string): Promise<void> {
  const info = await Deno.stat(path).catch(() => undefined);
  if (!info?.isDirectory) {
    throw new Deno.errors.NotFound(
      `There is no model folder ${path}: check the path, or fetch the model first`,
    );
  }
}

async function readPreprocessor(path: string): Promise<Preprocessor> {
  const published = `${path}/preprocessor_config.json`,
    newer = `${path}/processor_config.json`;
  // Newer tools write all processors to one file.
  const one = await readJsonIfThere(published, { remedy: REMEDY }) === undefined
    ? await readJsonIfThere(newer, { remedy: REMEDY })
    : undefined;
  if (one === undefined) {
    return parsePreprocessor(await readJson(published, { remedy: REMEDY }), published);
  }
  const { image_processor } = checkJson(
    v.object({ image_processor: v.looseObject({}) }),
    one,
    newer,
  );
  return parsePreprocessor(image_processor, `${newer}: image_processor`);
}

async function readOptionalText(path: string): Promise<string | undefined> {
  const bytes = await readBounded(path, REMEDY, MAX_TEMPLATE_BYTES).catch(absent);
  return bytes && new TextDecoder().decode(bytes);
}

function absent(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

function checkPatches(p: Preprocessor, { vision }: Qwen2VlConfig, path: string): void {
  const pairs = [
    ["patch_size", p.patchSize, vision.patchSize],
    ["temporal_patch_size", p.temporalPatchSize, vision.temporalPatchSize],
    ["merge_size", p.mergeSize, vision.spatialMergeSize],
  ] as const;
  for (const [key, has, expected] of pairs) {
    if (has !== expected) {
      throw new SyntaxError(
        `${path}/preprocessor_config.json: ${key} is ${has}, but config.json's vision_config ` +
          `says ${expected}: ${REMEDY}`,
      );
    }
  }
}

function checkTokens(
  tokenizer: Tokenizer,
  { text, tokens }: Qwen2VlConfig,
  path: string,
) {
  const pairs = [
    ["<|image_pad|>", "image_token_id", tokens.image],
    ["<|vision_start|>", "vision_start_token_id", tokens.visionStart],
    ["<|vision_end|>", "vision_end_token_id", tokens.visionEnd],
  ] as const;
  for (const [content, key, expected] of pairs) {
    if (tokenizer.id(content) !== expected) {
      throw new SyntaxError(
        `${path}/tokenizer.json: the id of ${content} is ${tokenizer.id(content)}, but ` +
          `config.json's ${key} is ${expected}: ${REMEDY}`,
      );
    }
  }
  if (tokenizer.size > text.vocabSize) {
    throw new SyntaxError(
      `${path}/tokenizer.json has ids up to ${tokenizer.size - 1}, but config.json's ` +
        `vocab_size is ${text.vocabSize}: ${REMEDY}`,
    );
  }
}

async function readChat(
  path: string,
  tokenizerConfig: v.InferOutput<typeof tokenizerConfigSchema>,
) {
  const specialTokens = Object.fromEntries(
    ["bos_token", "eos_token", "pad_token", "unk_token"].flatMap((name) => {
      const content = tokenText(tokenizerConfig[name as "eos_token"]);
      return content === undefined ? [] : [[name, content]];
    }),
  );
  // The processor's own files take precedence, as in the reference.
  const jinja = `${path}/chat_template.jinja`;
  const template = await readOptionalText(jinja);
  if (template !== undefined) return compileChat(template, specialTokens, jinja);
  const processors = await readJsonIfThere(`${path}/chat_template.json`, {
    remedy: REMEDY,
  });
  if (processors !== undefined) {
    const where = `${path}/chat_template.json`;
    const schema = v.object({ chat_template: text });
    const { chat_template } = checkJson(schema, processors, where);
    return compileChat(chat_template, specialTokens, where);
  }
  const where = `${path}/tokenizer_config.json`;
  const { chat_template: own } = tokenizerConfig;
  const source = typeof own === "string"
    ? own
    : own?.find(({ name }) => name === "default")?.template;
  if (source === undefined) {
    throw new SyntaxError(
      `${where} has no chat_template, and there is no chat_template.json: ${REMEDY}`,
    );
  }
  return compileChat(source, specialTokens, where);
}

function tokenText(token: string | { content: string } | null | undefined) {
  return typeof token === "object" ? token?.content : token;
}

/** The model learns to draw end or padding tokens, so they must have an embedding. */
function checkEnds(
  eos: readonly number[],
  pad: number | undefined,
  { text, tokens }: Qwen2VlConfig,
  path: string,
): void {
  const wrong = (key: string, id: number, why: string) =>
    new SyntaxError(
      `${path}: ${key} of generation_config.json or config.json is ${id}, ${why}: ${REMEDY}`,
    );
  for (const [key, ids] of [["eos_token_id", eos], ["pad_token_id", [pad]]] as const) {
    const beyond = ids.find((id) => id !== undefined && id >= text.vocabSize);
    if (beyond === undefined) continue;
    throw wrong(key, beyond, `but vocab_size is ${text.vocabSize}`);
  }
  const visual = eos.find((id) => id === tokens.image || id === tokens.video);
  if (visual === undefined) return;
  throw wrong("eos_token_id", visual, "which stands for an image or a video");
}

function endTokens(
  generation: GenerationConfig,
  config: Qwen2VlConfig,
  tokenizer: Tokenizer,
  named: string | undefined,
): readonly number[] {
  if (generation.eosTokenIds?.length) return generation.eosTokenIds;
  if (config.tokens.eos.length > 0) return config.tokens.eos;
  const id = named === undefined ? undefined : tokenizer.id(named);
  return id === undefined ? [] : [id];
}
