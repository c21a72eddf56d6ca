import { BadImage, pictureSize } from "../../data/pictures/picture.ts";
import { checkSize } from "../../data/questions/bad_truth.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import type { RowSource } from "../../data/formats/rows.ts";

/** Questions that are checked before a run starts, at most: their images' headers are read. */
export const MOST_CHECKED = 2000;

/** Images whose headers are read at a time. */
const AT_A_TIME = 8;

/**
 * Checks that the ground truth of a source fits its images, before a run starts and would end with
 * it hours later. Sources of more than {@linkcode MOST_CHECKED} questions are checked as they are
 * asked, and by `check-data`. Images that cannot be read are no fault here: see `onBadImage`.
 *
 * @throws {BadTruth} If boxes reach out of their image, or a stated size is another image's.
 */
export async function checkTruths(source: RowSource): Promise<void> {
  if (source.size > MOST_CHECKED) return;
  const seen = new Set<string>();
  for (let start = 0; start < source.size; start += AT_A_TIME) {
    const length = Math.min(AT_A_TIME, source.size - start);
    await Promise.all(Array.from({ length }, (_, i) => check(source, start + i, seen)));
  }
}

async function check(source: RowSource, index: number, seen: Set<string>): Promise<void> {
  try {
    const { size, pictures: [picture], place } = await source.row(index);
    const name = source.pictures(index)[0];
    if (
      size === undefined || picture === undefined || name === undefined || seen.has(name)
    ) {
      return;
    }
    seen.add(name);
    checkSize(size, await pictureSize(picture), place);
  } catch (error) {
    if (!(error instanceof BadImage)) throw error;
  }
}

/** Chosen questions that are read whole before a run starts, at most. */
const MOST_READ = 200;

/**
 * Checks a few questions that were chosen from a source too large for {@linkcode checkTruths}, by
 * reading them with their images.
 *
 * @throws {BadTruth} As {@linkcode checkTruths} does.
 */
export async function checkQuestions(source: QuestionSource): Promise<void> {
  if (source.size > MOST_READ) return;
  for (let index = 0; index < source.size; index++) {
    try {
      await source.question(index);
    } catch (error) {
      if (!(error instanceof BadImage)) throw error;
    }
  }
}
