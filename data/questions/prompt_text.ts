import { PROMPT_LENGTH } from "./question_limits.ts";

/** What chat templates put in the place of images and videos. */
const PLACEHOLDER =
  /<\|(?:image_pad|video_pad|vision_start|vision_end|vision_pad)\|>|<\/?img>|<video>|<audio>/;

/**
 * Checks that a model can be asked a prompt, before a run starts and would end halfway.
 *
 * @throws {SyntaxError} If it has a token of a chat template that stands for an image or a video.
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
  const placeholder = PLACEHOLDER.exec(prompt)?.[0];
  if (placeholder !== undefined) {
    throw new SyntaxError(
      `the prompt contains ${placeholder}, which stands for an image or a video: remove it` +
        (placeholder.includes("audio") || placeholder.includes("video")
          ? ", or the question"
          : "; <image> stands where an image goes"),
    );
  }
  if (prompt.length <= 2 * PROMPT_LENGTH) return;
  throw new RangeError(
    `the prompt has ${prompt.length} characters, more than ${
      2 * PROMPT_LENGTH
    }: shorten it`,
  );
}
