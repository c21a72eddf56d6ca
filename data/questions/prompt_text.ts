import { PROMPT_LENGTH } from "./question_limits.ts";

/** The token that the chat template puts in the place of an image, in Qwen's models. */
const PICTURE_TOKEN = "<|image_pad|>";

/**
 * Checks that a model can be asked a prompt, before a run starts and would end halfway.
 *
 * @throws {SyntaxError} If it has the token that stands for an image.
 * @throws {RangeError} If it is longer than any model reads.
 *
 * @example
 * ```ts
 * import { checkPrompt } from "./prompt_text.ts";
 *
 * checkPrompt("Where is the cat?"); // nothing is wrong
 * ```
 */
export function checkPrompt(prompt: string): void {
  if (prompt.includes(PICTURE_TOKEN)) {
    throw new SyntaxError(
      `the prompt contains ${PICTURE_TOKEN}, which stands for an image: remove it`,
    );
  }
  if (prompt.length <= 2 * PROMPT_LENGTH) return;
  throw new RangeError(
    `the prompt has ${prompt.length} characters, more than ${
      2 * PROMPT_LENGTH
    }: shorten it`,
  );
}
