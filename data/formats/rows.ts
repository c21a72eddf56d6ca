import type { FewShotOptions } from "../questions/few_shot.ts";
import type { Rle } from "../geometry/mask/rle.ts";
import { BadImage, decodePicture, type Picture } from "../pictures/picture.ts";
import type { Question, QuestionSource, Target } from "../questions/question.ts";

/** A question before its pictures are read. */
export interface Row {
  /** Unique in its set and stable between runs. */
  readonly id: string;
  /** Names the picture where several rows are about the same one. */
  readonly imageId?: string;
  /** File and line or row, for errors. */
  readonly place: string;
  /** Pictures in the order in which the prompt shows them; decoded when they are needed. */
  readonly pictures: readonly Picture[];
  /** What the model is asked. */
  readonly prompt: string;
  /** The ground truth. */
  readonly target: Target;
  /** Draws the question's mask, which is as large as its picture, where the data has one. */
  readonly mask?: () => Rle;
  /** The reasoning text that the data holds, without its tags. */
  readonly reasoning?: string;
  /** The picture's width and height as the file states them, where it does. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** The rows of a data set, in the order in which its files have them. */
export interface RowSet {
  /** What errors and records call the set. */
  readonly name: string;
  /** Number of rows. */
  readonly size: number;
  /** What reproduces the set. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Names a row's picture, without a look at it; equal where rows are about the same one. */
  picture(index: number): string;
  /** A row's category or label, without a look at its picture; none of grounding. */
  category(index: number): string | undefined;
  /** Whether a row holds a reasoning text, without a look at its picture. Default: none does. */
  holdsReasoning?(index: number): boolean;
  /**
   * Reads a row, without its pictures (but for the headers of pictures whose size nobody wrote
   * down). `index` is an integer in [0, size).
   *
   * @throws {BadImage} If such a header cannot be read.
   */
  row(index: number): Promise<Row>;
}

/** Questions whose pictures lie in files. */
export interface RowSource extends QuestionSource {
  /** For `fewShot`: a question less its pictures. */
  readonly outline: NonNullable<FewShotOptions["outline"]>;
  /** The row behind a question. */
  row(index: number): Promise<Row>;
}

/** How rows become questions. */
export interface RowSourceOptions {
  /** What records call the source. */
  readonly name: string;
  /** Added to the set's own manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Which rows, in this order; all where absent. */
  readonly places?: readonly number[];
  /** Largest picture that is decoded, in pixels. */
  readonly maxPixels?: number;
}

/** The questions of a set, whose pictures are decoded as they are asked for. */
export function rowSource(
  rows: RowSet,
  { name, manifest, places, maxPixels }: RowSourceOptions,
): RowSource {
  const size = places?.length ?? rows.size;
  const row = (index: number): Promise<Row> => {
    if (Number.isSafeInteger(index) && index >= 0 && index < size) {
      return rows.row(places?.[index] ?? index);
    }
    return Promise.reject(
      new RangeError(`${name} has questions 0 to ${size - 1}, not ${index}`),
    );
  };
  return {
    name,
    size,
    manifest: { ...rows.manifest, ...manifest, questions: size },
    reasoned: reasonedRows(rows, places),
    row,
    outline: row,
    picture: (index) => rows.picture(places?.[index] ?? index),
    async question(index): Promise<Question> {
      const { id, imageId, pictures, prompt, target, mask, reasoning } = await row(index);
      const images = await Promise.all(
        pictures.map((picture) => decodePicture(picture, maxPixels)),
      );
      return {
        id,
        ...imageId !== undefined && { imageId },
        ...{ images, prompt, target },
        // Behind the pictures: one that is too large to be decoded is too large to be drawn on.
        ...mask !== undefined && { mask: mask() },
        ...reasoning !== undefined && { reasoning },
      };
    },
  };
}

function reasonedRows(rows: RowSet, places?: readonly number[]): number {
  const { holdsReasoning } = rows;
  if (holdsReasoning === undefined) return 0;
  return (places ?? [...Array(rows.size).keys()]).filter((i) => holdsReasoning(i)).length;
}

/** Questions of which those with a bad picture are left out as they are met. */
export interface SkippingSource extends QuestionSource {
  /** Names of the pictures that were met and left out, with the reason, in that order. */
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * A source that goes on where a picture is bad.
 *
 * `question(i)` is the next good one then, counted round, so that a batch stays as large as it
 * was; `questionUnlessBad(i)` is nothing, so that an evaluation asks no question twice. Both are
 * functions of `i` and the files alone.
 *
 * @throws {BadImage} In `question`, where no picture at all is good.
 */
export function skipBadImages(source: QuestionSource): SkippingSource {
  const skipped = new Map<string, string>();
  const unlessBad = async (index: number): Promise<Question | undefined> => {
    try {
      return await source.question(index);
    } catch (error) {
      if (!(error instanceof BadImage)) throw error;
      skipped.set(`${source.name}/${index}`, error.message);
      return undefined;
    }
  };
  return {
    ...source,
    skipped,
    questionUnlessBad: unlessBad,
    async question(index) {
      for (let i = 0; i < source.size; i++) {
        const question = await unlessBad((index + i) % source.size);
        if (question !== undefined) return question;
      }
      throw new BadImage(
        `${source.name} has no picture that can be read: ${[...skipped.values()][0]}`,
      );
    },
  };
}
