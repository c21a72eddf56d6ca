import type { Question } from "../../data/questions/question.ts";
import { placeImages, textsBetween } from "../../data/questions/image_tags.ts";
import { type ChatTemplate, type ContentPart, expandImageTokens } from "./chat/chat.ts";
import type { Qwen2VlConfig } from "./qwen2_vl/config.ts";
import {
  type Preprocessor,
  type ProcessedImage,
  processImage,
} from "./qwen2_vl/image_processor.ts";
import { mropePositions, visualTokens } from "./qwen2_vl/mrope.ts";
import { IMAGE_TOKEN, type Tokenizer } from "./tokenizer/tokenizer.ts";

/** Most bytes that a chat template may add, and per image; published ones add 100 and 42. */
const MOST_ADDED = 1536, MOST_A_PICTURE = 128;

/** What turns a question into tokens; all of it is in a model folder. */
export interface PromptTools {
  /** The model's folder, for messages. */
  readonly path?: string;
  readonly config: Qwen2VlConfig;
  readonly tokenizer: Tokenizer;
  readonly chat: ChatTemplate;
  readonly preprocessor: Preprocessor;
}

/** A question as input of the model. */
export interface PromptTokens {
  readonly tokenIds: readonly number[];
  /** In the order of their tokens. */
  readonly images: readonly ProcessedImage[];
  /** M-RoPE positions [3, tokens]. */
  readonly positions: Int32Array;
  /** Position, in all three rows, of the first token of a completion. */
  readonly nextPosition: number;
}

/**
 * Renders a question as a conversation of one turn up to the start of the model's answer, and encodes
 * it as input of the model. Images stand where the prompt's `<image>` tags are, or else before it.
 *
 * Nothing is cached; an image's patches are a pure function of it.
 *
 * @throws {SyntaxError} If there are tags, and not as many as images.
 * @throws {RangeError} If the prompt's text holds the image token itself, or an image is
 * more than 200 times as long as it is wide, or chat template or tokenizer lose an image token.
 */
export function encodePrompt(question: Question, tools: PromptTools): PromptTokens {
  const { config, tokenizer, chat, preprocessor } = tools;
  if (question.prompt.includes(IMAGE_TOKEN)) {
    throw new RangeError(
      `The prompt of question ${question.id} contains ${IMAGE_TOKEN}, which stands for an ` +
        `image: remove it`,
    );
  }
  const images = question.images.map((image) => processImage(image, preprocessor));
  const grids = images.map(({ grid }) => grid);
  const text = chat([
    ...question.system === undefined
      ? []
      : [{ role: "system", content: question.system }],
    { role: "user", content: contentOf(question) },
  ], { addGenerationPrompt: true });
  const counts = grids.map((grid) => visualTokens(grid, preprocessor.mergeSize));
  checkLength(question, text, tools.path);
  const tokenIds = tokenizer.encode(expandImageTokens(text, counts));
  checkImageTokens(question, tokenIds, counts, tools);
  const { positions, delta } = mropePositions(tokenIds, grids, config);
  return { tokenIds, images, positions, nextPosition: tokenIds.length + delta };
}

/** Images where their tags stand, or else before the text. */
function contentOf({ prompt, images }: Question): readonly ContentPart[] {
  const texts = textsBetween(placeImages(prompt, images.length));
  const image = { type: "image" } as const;
  if (texts.length === 1) {
    return [...images.map(() => image), { type: "text", text: texts[0]! }];
  }
  return texts.flatMap((text, i) => [
    ...i === 0 ? [] : [image],
    ...text === "" ? [] : [{ type: "text", text } as const],
  ]);
}

/** Memory grows with the square of a prompt's length. */
function checkLength(
  { id, prompt, system = "", images }: Question,
  text: string,
  path = "the model",
): void {
  const added = byteLength(text) - byteLength(prompt) - byteLength(system);
  if (added <= MOST_ADDED + MOST_A_PICTURE * images.length) return;
  throw new RangeError(
    `The chat template of ${path} adds ${added} bytes to the prompt of question ${id}: use ` +
      "the published one",
  );
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function checkImageTokens(
  { id }: Question,
  tokenIds: readonly number[],
  counts: readonly number[],
  { config, path = "the model" }: PromptTools,
): void {
  const visual = counts.reduce((sum, count) => sum + count, 0);
  const found = tokenIds.filter((token) => token === config.tokens.image).length;
  if (found === visual) return;
  throw new RangeError(
    `The prompt of question ${id} has ${found} image tokens, but its images need ` +
      `${visual}: use the published tokenizer.json of ${path}`,
  );
}
