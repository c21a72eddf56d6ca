import { openEmoji } from "../../data/emoji/source.ts";
import type { RgbImage } from "../../data/pictures/image.ts";
import type { PromptSetName } from "../../data/questions/prompt.ts";
import type { Question } from "../../data/questions/question.ts";

/** Held-out questions of each kind. */
const EACH = 4;

/**
 * Four held-out questions each of detection (the last one's object is absent), classification
 * and grounding, and one on a picture that has to be resized.
 */
export async function peerQuestions(prompts: PromptSetName): Promise<Question[]> {
  const questions: Question[] = [];
  for (const task of ["detection", "classification", "grounding"]) {
    const spec = `emoji:${task},size=1,held-out=${EACH}`;
    const { heldOut } = await openEmoji(spec, { seed: 42, prompts });
    for (let i = 0; i < EACH; i++) questions.push(await heldOut.question(i));
  }
  const whole = questions[EACH]!;
  const images = whole.images.map((image) => corner(image, 71, 45));
  return [...questions, { ...whole, id: "corner", images }];
}

/** The top left part of a picture. */
function corner(image: RgbImage, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = y * image.width * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}
