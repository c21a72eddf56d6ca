import { placeImages } from "../questions/image_tags.ts";
import { BadTruth, checkBoxes, checkSize } from "../questions/bad_truth.ts";
import { withAskedAnswer } from "../questions/asked_answer.ts";
import type { FewShotOptions } from "../questions/few_shot.ts";
import type { Rle } from "../geometry/mask/rle.ts";
import { BadImage, decodePicture, type Picture } from "../pictures/picture.ts";
import type { Frame } from "../geometry/box.ts";
import type {
  AnswerForm,
  Question,
  QuestionSource,
  Target,
} from "../questions/question.ts";
import type { StatedTruth } from "./truth.ts";

/** A question before its images are read. */
export interface Row {
  /** Unique in its set and stable between runs. */
  readonly id: string;
  /** Names the image if several rows are about the same one. */
  readonly imageId?: string;
  /** File and line or row, for errors. */
  readonly place: string;
  /** Images in the order in which the prompt shows them; decoded when they are needed. */
  readonly pictures: readonly Picture[];
  /** What the model is asked; see `Question`. */
  readonly prompt: string;
  /** The system message. Default: the chat template's own, if it has one. */
  readonly system?: string;
  /** The frame that the prompt asks for. Default: the model's own. */
  readonly frame?: Frame;
  /** The form that the prompt asks for. Default: none. */
  readonly form?: AnswerForm;
  /** The ground truth. */
  readonly target: Target;
  /** The outline of the region of a point target, in the frame 0–1000. Default: it has none. */
  readonly polygon?: StatedTruth["polygon"];
  /** Draws the question's mask, which is as large as its image. Default: the data has none. */
  readonly mask?: () => Rle;
  /** The reasoning text that the data holds, without its tags. */
  readonly reasoning?: string;
  /** The image's width and height as the file states them. Default: it does not. */
  readonly size?: { readonly width: number; readonly height: number };
}

/** The rows of a data set, in the order in which its files have them. */
export interface RowSet {
  /** What errors and records call the set. */
  readonly name: string;
  /** Number of rows. */
  readonly size: number;
  /** What people should know of how the data was read, a sentence each. Default: nothing. */
  readonly notes?: readonly string[];
  /** What reproduces the set. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Names a row's image without reading it; equal for rows about the same one. */
  picture(index: number): string;
  /** Names each of a row's images. Default: it has one, which `picture` names. */
  pictures?(index: number): readonly string[];
  /** A row's category or label; `undefined` for grounding. Reads no image. */
  category(index: number): string | undefined;
  /** Whether a row has a reasoning text. Reads no image. Default: none has. */
  holdsReasoning?(index: number): boolean;
  /**
   * Reads a row without its images, except for the headers of those whose size the file does not
   * state. `index` is an integer in [0, size).
   *
   * @throws {BadImage} If such a header cannot be read.
   */
  row(index: number): Promise<Row>;
  /**
   * The frame that the words of a row ask boxes to be stated in; see `askedFrame`. Reads no image.
   * Default: all rows are asked in the prompts' own.
   */
  askedFrame?(index: number): Frame | undefined;
  /** The names of the caller's own kinds among the targets. Default: there are none. */
  readonly ownKinds?: readonly string[];
}

/** Questions whose images lie in files. */
export interface RowSource extends QuestionSource {
  /** For `fewShot`: a question less its images. */
  readonly outline: NonNullable<FewShotOptions["outline"]>;
  /**
   * The row behind a question.
   *
   * @throws {BadTruth} If a box reaches out of its image.
   */
  row(index: number): Promise<Row>;
  /** Names the images of a question without reading them. */
  pictures(index: number): readonly string[];
}

/** How rows become questions. */
export interface RowSourceOptions {
  /** What records call the source. */
  readonly name: string;
  /** Added to the set's own manifest. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Which rows, in this order. Default: all. */
  readonly places?: readonly number[];
  /** Largest image that is decoded, in pixels. */
  readonly maxPixels?: number;
}

/** The questions of a set, whose images are decoded as they are asked for. */
export function rowSource(
  rows: RowSet,
  { name, manifest, places, maxPixels }: RowSourceOptions,
): RowSource {
  const size = places?.length ?? rows.size;
  const row = async (index: number): Promise<Row> => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`${name} has questions 0 to ${size - 1}, not ${index}`);
    }
    const read = await rows.row(places?.[index] ?? index);
    checkBoxes(read.target, read.place, read.size);
    checkTags(read);
    return read;
  };
  return {
    name,
    size,
    manifest: { ...rows.manifest, ...manifest, questions: size },
    reasoned: reasonedRows(rows, places),
    ...rows.ownKinds && { ownKinds: rows.ownKinds },
    row,
    outline: row,
    picture: (index) => rows.picture(places?.[index] ?? index),
    pictures: (index) => picturesOf(rows, places?.[index] ?? index),
    async question(index): Promise<Question> {
      const read = await row(index);
      const { id, imageId, pictures, prompt, target, mask, reasoning } = read;
      const { system, frame, form, size: stated, place } = read;
      const images = await Promise.all(
        pictures.map((picture) => decodePicture(picture, maxPixels)),
      );
      if (stated !== undefined && images[0] !== undefined) {
        checkSize(stated, images[0], place);
      }
      return withAskedAnswer({
        id,
        ...imageId !== undefined && { imageId },
        ...{ images, prompt, target },
        ...system !== undefined && { system },
        ...frame !== undefined && { frame },
        ...form !== undefined && { form },
        // Behind the images: one that is too large to be decoded is too large to be drawn on.
        ...mask !== undefined && { mask: mask() },
        ...reasoning !== undefined && { reasoning },
      });
    },
  };
}

/** Refuses `<image>` tags that are not as many as the row's images, whatever the format. */
function checkTags({ prompt, system, pictures, place }: Row): void {
  try {
    placeImages(prompt, pictures.length);
    if (system !== undefined) placeImages(system, 0);
  } catch (error) {
    throw new BadTruth(`${place}: ${(error as Error).message}`);
  }
}

/** The names of a row's images. */
export function picturesOf(rows: RowSet, index: number): readonly string[] {
  return rows.pictures?.(index) ?? [rows.picture(index)];
}

function reasonedRows(rows: RowSet, places?: readonly number[]): number {
  const { holdsReasoning } = rows;
  if (holdsReasoning === undefined) return 0;
  return (places ?? [...Array(rows.size).keys()]).filter((i) => holdsReasoning(i)).length;
}

/** Questions without those whose image is bad. */
export interface SkippingSource extends QuestionSource {
  /** Questions left out so far, each with what is wrong with its image, in that order. */
  readonly skipped: ReadonlyMap<string, string>;
}

/**
 * A source that leaves out bad images.
 *
 * If the image of question i is bad, `question(i)` is the next good one, starting over at the end,
 * so that batches keep their size; `questionUnlessBad(i)` is `undefined`, so that an evaluation asks
 * no question twice. Both depend on `i` and the files alone.
 *
 * @throws {BadImage} In `question`, if no image is good.
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
        `${source.name} has no image that can be read: ${[...skipped.values()][0]}`,
      );
    },
  };
}
