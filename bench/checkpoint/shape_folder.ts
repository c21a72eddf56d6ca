import { join } from "node:path";
import { stream } from "../../data/random.ts";
import { encodePng, type RgbImage } from "../../data/pictures/image.ts";
import { openModelFolder } from "../../stages/model/folder/model_folder.ts";
import { encodePrompt, type PromptTools } from "../../stages/model/prompt_tokens.ts";
import type { Shape } from "../shapes.ts";
import { copyEmbedded, makeCheckpoint } from "./made_checkpoint.ts";

/** Questions that are written; steps take them in turn. */
export const QUESTIONS = 16;

/** A question as it stands in `questions.json`. */
export interface WrittenQuestion {
  /** A file of the folder. */
  readonly image: string;
  readonly prompt: string;
}

/**
 * Writes what a shape is measured with, for us and for others: a model folder, and in it
 * `questions.json` with images of noise.
 */
export async function writeShapeFolder(folder: string, shape: Shape): Promise<void> {
  if (shape.form === undefined) await copyEmbedded(folder);
  else await makeCheckpoint(folder, shape.form);
  const tools = await openModelFolder(folder);
  tools.close();
  const written: WrittenQuestion[] = [];
  for (let i = 0; i < QUESTIONS; i++) {
    const picture = noise(tools, shape.visualTokens, i);
    const image = `question-${i}.png`;
    await Deno.writeFile(join(folder, image), await encodePng(picture));
    written.push({ image, prompt: textOf(tools, picture, shape, i) });
  }
  await Deno.writeTextFile(join(folder, "questions.json"), JSON.stringify(written));
}

/** A square image that becomes `visualTokens` tokens. */
function noise(tools: PromptTools, visualTokens: number, seed: number): RgbImage {
  const { patchSize, mergeSize } = tools.preprocessor;
  const side = Math.sqrt(visualTokens) * patchSize * mergeSize;
  const next = stream(2 * seed + 1);
  const data = Uint8Array.from({ length: side * side * 3 }, () => 256 * next());
  return { width: side, height: side, data };
}

/** A text of random letters that makes the prompt as long as the shape says. */
function textOf(
  tools: PromptTools,
  image: RgbImage,
  { visualTokens, textTokens }: Shape,
  seed: number,
): string {
  const next = stream(2 * seed + 2);
  const size = (prompt: string, images: readonly RgbImage[]) => {
    const target = { kind: "classification", label: "cat" } as const;
    return encodePrompt({ id: "text", images, prompt, target }, tools).tokenIds.length;
  };
  for (let prompt = "a"; prompt.length < 10 * textTokens;) {
    // An image stands between two tokens of its own.
    if (size(prompt, []) === textTokens - 2) {
      if (size(prompt, [image]) === visualTokens + textTokens) return prompt;
    }
    prompt += next() < 1 / 6 ? " " : String.fromCharCode(97 + Math.floor(26 * next()));
  }
  throw new RangeError(`No text gives a prompt of ${textTokens} tokens beside its image`);
}
