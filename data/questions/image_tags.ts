/** Stands in a prompt where an image goes. */
export const IMAGE_TAG = "<image>";

/**
 * A prompt whose `<image>` tags stand where its images go. Tags that all stand at the beginning are
 * taken off, with the white space behind them: without tags, the images come first.
 *
 * @param images Number of the question's images.
 * @throws {SyntaxError} If there are tags, and not as many as images.
 *
 * @example
 * ```ts
 * import { placeImages } from "./image_tags.ts";
 *
 * placeImages("<image>\nWhich colour?", 1); // "Which colour?"
 * placeImages("Is <image> the same as <image>?", 2); // as it is
 * ```
 */
export function placeImages(prompt: string, images: number): string {
  const tags = prompt.split(IMAGE_TAG).length - 1;
  if (tags === 0) return prompt;
  if (tags !== images) {
    throw new SyntaxError(
      `the words have ${tags} ${IMAGE_TAG} tags, and there are ${images} images: write a tag for ` +
        "each image, or none",
    );
  }
  const leading = /^(?:\s*<image>)+\s*/.exec(prompt)?.[0] ?? "";
  return leading.split(IMAGE_TAG).length - 1 === tags
    ? prompt.slice(leading.length)
    : prompt;
}

/**
 * The texts between the images of a prompt, one more than there are tags.
 *
 * @example
 * ```ts
 * import { textsBetween } from "./image_tags.ts";
 *
 * textsBetween("Is <image> red?"); // ["Is ", " red?"]
 * ```
 */
export function textsBetween(prompt: string): readonly string[] {
  return prompt.split(IMAGE_TAG);
}
