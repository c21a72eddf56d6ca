import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../../../data/files/check_json.ts";
import { quoted } from "../../../data/short_text.ts";

/** The vision tower: patches in, one merged visual token per `spatialMergeSize`² patches out. */
export interface VisionConfig {
  /** Number of transformer blocks. */
  readonly depth: number;
  /** Width of the blocks. */
  readonly embedDim: number;
  readonly numHeads: number;
  /** Width inside the feed-forward layers. */
  readonly intermediateSize: number;
  /** Side of a patch in pixels. */
  readonly patchSize: number;
  /** Frames in a patch; a still image is repeated. */
  readonly temporalPatchSize: number;
  /** Side in patches of the square that becomes one visual token. */
  readonly spatialMergeSize: number;
  readonly inChannels: number;
  /** Width of the merged tokens; equals the text model's. */
  readonly hiddenSize: number;
  /** Base of the 2-D rotary frequencies. */
  readonly ropeTheta: number;
  /** Only in Qwen2.5-VL, whose blocks attend within windows. */
  readonly windows?: WindowConfig;
}

/** Which blocks attend within windows of a frame, and the size of a window. */
export interface WindowConfig {
  /** Side of a window in visual tokens; windows at the right and lower edge are smaller. */
  readonly side: number;
  /** Blocks that attend to the whole frame, counted from 0. */
  readonly fullBlocks: readonly number[];
}

/** The text decoder. */
export interface TextConfig {
  readonly hiddenSize: number;
  /** Number of decoder layers. */
  readonly layers: number;
  readonly heads: number;
  /** Heads of keys and values; `heads` is a multiple of it. */
  readonly kvHeads: number;
  /** `hiddenSize / heads`. */
  readonly headDim: number;
  readonly intermediateSize: number;
  readonly rmsNormEps: number;
  readonly ropeTheta: number;
  /** Rotary frequencies given to time, height and width; sum `headDim / 2`. */
  readonly mropeSection: readonly [number, number, number];
  /** Rows of the embedding; at least the tokenizer's size. */
  readonly vocabSize: number;
  /** True if the head is the embedding's transpose and the file holds no lm_head. */
  readonly tieWordEmbeddings: boolean;
}

/** Ids of the special tokens of the model. */
export interface TokenIds {
  readonly image: number;
  readonly video: number;
  readonly visionStart: number;
  readonly visionEnd: number;
  /** Tokens that end a completion; empty if the file names none. */
  readonly eos: readonly number[];
  /** Absent if the file names none. */
  readonly pad?: number;
}

/** Families of models by `model_type` of config.json. */
export type ModelType = "qwen2_vl" | "qwen2_5_vl";

/** The model's architecture as config.json describes it, in the same form for both families. */
export interface Qwen2VlConfig {
  readonly modelType: ModelType;
  readonly vision: VisionConfig;
  readonly text: TextConfig;
  readonly tokens: TokenIds;
}

/** A whole number from 1. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const tokenId = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Tokens that end a completion; published models have at most 5. */
const endIds = v.union([tokenId, v.pipe(v.array(tokenId), v.maxLength(100))]);
/** A finite number above 0. */
export const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
/** Base of rotary frequencies: a larger one exceeds 32-bit floats. Published ones: 1e4 to 1e7. */
const ropeTheta = v.pipe(v.number(), v.minValue(1), v.maxValue(1e12));
/** Images have red, green and blue. */
export const channels = v.optional(v.literal(3));
const section = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What a file says about rotary positions. */
export const rope = v.object({
  type: v.optional(v.string()),
  rope_type: v.optional(v.string()),
  rope_theta: v.optional(ropeTheta),
  mrope_section: v.optional(v.tuple([section, section, section])),
});

const textSchema = v.object({
  hidden_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: v.nullish(count),
  intermediate_size: count,
  rms_norm_eps: v.pipe(v.number(), v.minValue(1e-30), v.maxValue(1)),
  rope_theta: v.optional(ropeTheta),
  rope_scaling: v.nullish(rope),
  rope_parameters: v.nullish(rope),
  vocab_size: count,
  hidden_act: v.optional(v.literal("silu"), "silu"),
  use_sliding_window: v.optional(v.literal(false)),
  tie_word_embeddings: v.optional(v.boolean()),
  eos_token_id: v.nullish(endIds),
  pad_token_id: v.nullish(tokenId),
});

const visionSchema = v.object({
  depth: count,
  embed_dim: count,
  num_heads: count,
  hidden_size: count,
  mlp_ratio: v.optional(v.pipe(positive, v.maxValue(1000)), 4),
  patch_size: v.optional(count, 14),
  temporal_patch_size: v.optional(count, 2),
  spatial_merge_size: v.optional(count, 2),
  in_channels: channels,
  in_chans: channels,
  hidden_act: v.optional(v.literal("quick_gelu"), "quick_gelu"),
  rope_parameters: v.nullish(rope),
});

const rootSchema = v.object({
  model_type: v.optional(v.string()),
  text_config: v.optional(v.looseObject({})),
  tie_word_embeddings: v.optional(v.boolean()),
  image_token_id: v.optional(tokenId, 151655),
  video_token_id: v.optional(tokenId, 151656),
  vision_start_token_id: v.optional(tokenId, 151652),
  vision_end_token_id: v.optional(tokenId, 151653),
  eos_token_id: v.nullish(endIds),
  pad_token_id: v.nullish(tokenId),
});

/**
 * Reads Qwen2-VL's config.json: the flat form of the published models and the nested one
 * (`text_config`, `rope_parameters`) of newer tools.
 *
 * @param where The file's name, for messages.
 * @throws {SyntaxError} Names the file, the path in the JSON, and what was expected there.
 */
export function parseConfig(json: unknown, where: string): Qwen2VlConfig {
  return parseFamilyConfig(json, where, {
    modelType: "qwen2_vl",
    widthKey: "hidden_size",
    schema: visionSchema,
    read: visionConfig,
  });
}

/** How the config.json of a family describes its vision tower. */
export interface VisionReader<S extends v.GenericSchema> {
  readonly modelType: ModelType;
  /** Key of the tower's output width. */
  readonly widthKey: string;
  /** Of `vision_config`. */
  readonly schema: S;
  read(vision: v.InferOutput<S>, wrong: Wrong): VisionConfig;
}

/** Reads a config.json in which only the vision tower differs from Qwen2-VL's. */
export function parseFamilyConfig<S extends v.GenericSchema>(
  json: unknown,
  where: string,
  { modelType, widthKey, schema, read }: VisionReader<S>,
): Qwen2VlConfig {
  const literal = v.object({ model_type: v.optional(v.literal(modelType)) });
  checkJson(literal, json, where);
  checkFullPrecision(json, where);
  const root = checkJson(rootSchema, json, where);
  const text = root.text_config === undefined
    ? checkJson(textSchema, json, where)
    : checkJson(v.object({ text_config: textSchema }), json, where).text_config;
  const prefix = root.text_config === undefined ? "" : "text_config.";
  const wrong = (key: string, message: string) =>
    new SyntaxError(`${where}: ${key} is wrong: ${message}`);

  const { vision_config } = checkJson(v.object({ vision_config: schema }), json, where);
  const vision = read(vision_config, wrong);
  const config: Qwen2VlConfig = {
    modelType,
    vision,
    text: {
      ...textConfig(text, (key, message) => wrong(prefix + key, message)),
      tieWordEmbeddings: root.tie_word_embeddings ?? text.tie_word_embeddings ?? false,
    },
    tokens: {
      image: root.image_token_id,
      video: root.video_token_id,
      visionStart: root.vision_start_token_id,
      visionEnd: root.vision_end_token_id,
      eos: [root.eos_token_id ?? text.eos_token_id ?? []].flat(),
      pad: root.pad_token_id ?? text.pad_token_id ?? undefined,
    },
  };
  if (vision.hiddenSize !== config.text.hiddenSize) {
    throw wrong(
      `vision_config.${widthKey}`,
      `it is ${vision.hiddenSize}, but the text model's hidden_size is ${config.text.hiddenSize}; they must be equal`,
    );
  }
  return config;
}

const quantised = v.object({ quantization_config: v.looseObject({}) });
const nestedQuantised = v.object({ text_config: quantised });

/** Quantised weights are packed integers with scales: no gradient passes through them. */
function checkFullPrecision(json: unknown, where: string): void {
  const found = v.is(nestedQuantised, json) ? json.text_config : json;
  if (!v.is(quantised, found)) return;
  const { quant_method, load_in_4bit, load_in_8bit, bits } = found.quantization_config;
  const method = typeof quant_method === "string" ? ` by ${quoted(quant_method)}` : "";
  const width = bits ?? (load_in_4bit ? 4 : load_in_8bit ? 8 : undefined);
  throw new SyntaxError(
    `${where}: the model is quantised${method}` +
      (typeof width === "number" ? ` to ${width} bits` : "") +
      " (quantization_config): use the model that it was made from, in bfloat16, float16 or " +
      "float32",
  );
}

/** The error for a key and what is wrong with it. */
export type Wrong = (key: string, message: string) => SyntaxError;

function textConfig(
  text: v.InferOutput<typeof textSchema>,
  wrong: Wrong,
): Omit<TextConfig, "tieWordEmbeddings"> {
  const heads = text.num_attention_heads;
  const kvHeads = text.num_key_value_heads ?? heads;
  if (text.hidden_size % heads !== 0) {
    throw wrong(
      "num_attention_heads",
      `hidden_size ${text.hidden_size} is no multiple of ${heads}`,
    );
  }
  if (heads % kvHeads !== 0) {
    throw wrong("num_key_value_heads", `${heads} heads are no multiple of ${kvHeads}`);
  }
  const headDim = text.hidden_size / heads;
  const key = text.rope_parameters ? "rope_parameters" : "rope_scaling";
  const scaling = text.rope_parameters ?? text.rope_scaling;
  if (!scaling?.mrope_section) {
    throw wrong(`${key}.mrope_section`, "three integers are expected, and it is missing");
  }
  for (const kind of [scaling.type, scaling.rope_type]) {
    // Newer tools write "default" for M-RoPE without scaling.
    if (kind !== undefined && kind !== "mrope" && kind !== "default") {
      throw wrong(
        key,
        `rotary positions of type ${quoted(kind)} are not supported; use "mrope"`,
      );
    }
  }
  const sum = scaling.mrope_section.reduce((a, b) => a + b, 0);
  if (2 * sum !== headDim) {
    throw wrong(
      `${key}.mrope_section`,
      `[${scaling.mrope_section}] sums to ${sum}; half of the head's width is ${
        headDim / 2
      }`,
    );
  }
  return {
    hiddenSize: text.hidden_size,
    layers: text.num_hidden_layers,
    heads,
    kvHeads,
    headDim,
    intermediateSize: text.intermediate_size,
    rmsNormEps: text.rms_norm_eps,
    ropeTheta: scaling.rope_theta ?? text.rope_theta ?? 1_000_000,
    mropeSection: scaling.mrope_section,
    vocabSize: text.vocab_size,
  };
}

function visionConfig(
  vision: v.InferOutput<typeof visionSchema>,
  wrong: Wrong,
): VisionConfig {
  const { embed_dim, num_heads } = vision;
  checkVisionHeads("embed_dim", embed_dim, num_heads, wrong);
  return {
    depth: vision.depth,
    embedDim: embed_dim,
    numHeads: num_heads,
    intermediateSize: Math.floor(embed_dim * vision.mlp_ratio),
    patchSize: vision.patch_size,
    temporalPatchSize: vision.temporal_patch_size,
    spatialMergeSize: vision.spatial_merge_size,
    inChannels: vision.in_channels ?? vision.in_chans ?? 3,
    hiddenSize: vision.hidden_size,
    ropeTheta: vision.rope_parameters?.rope_theta ?? 10_000,
  };
}

/**
 * A head's width is cut in four: height and width, each with a rotated half.
 *
 * @throws {SyntaxError} If it cannot be.
 */
export function checkVisionHeads(
  key: string,
  width: number,
  heads: number,
  wrong: Wrong,
) {
  if (width % (4 * heads) === 0) return;
  throw wrong(
    "vision_config.num_heads",
    `${key} ${width} is no multiple of four times ${heads}`,
  );
}
