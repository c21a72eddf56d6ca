import { join } from "node:path";
import { checkUnits } from "../questions/bad_truth.ts";
import { boxesOf } from "../questions/framed_target.ts";
import { askedFrame } from "../questions/asked_answer.ts";
import { categoryOf } from "../questions/category_of.ts";
import { pictureOfRef, readImageRef } from "../pictures/image_ref.ts";
import {
  BadImage,
  type Picture,
  pictureOfBytes,
  pictureSize,
} from "../pictures/picture.ts";
import { paperPrompt, type PromptSet } from "../questions/prompt.ts";
import type { BoxUnit } from "./file_spec.ts";
import { questionOf } from "./lines/told.ts";
import { placedTruth, type TruthReader } from "./truth.ts";
import { placeImages } from "../questions/image_tags.ts";
import { checkPrompt } from "../questions/prompt_text.ts";
import { MOST_PICTURES, PROMPT_LENGTH } from "../questions/question_limits.ts";
import type { RowSet } from "./rows.ts";
import type { TableColumns } from "./table_columns.ts";

/** Characters of all texts of a table, at most; a text that several rows share counts for each. */
export const MOST_CHARACTERS = 2 ** 29;

const OWN_NAMES = { problem: "problem", solution: "solution" };

/** An image as a table has it: the file's bytes, its path, or neither. */
export interface StoredImage {
  /** The image file's bytes. */
  readonly bytes?: Uint8Array;
  /** Path of the image file, see `ExampleTable.folder`, or another form of `readImageRef`. */
  readonly path?: string;
}

/** What a table's row says beside its image. */
export interface StoredText {
  /** The prompt; null if the row has none. */
  readonly problem: string | null;
  /** The answer to learn, with its tags; null if the row has none. */
  readonly solution: string | null;
}

/**
 * A table of images, problems and solutions, whose texts are in memory and whose images are not.
 */
export interface ExampleTable {
  /** What errors and records call the table. */
  readonly name: string;
  /** Folder that images without bytes may lie in. */
  readonly folder: string;
  /** What the table calls its columns. Default: `problem` and `solution`. */
  readonly columns?: Pick<TableColumns, "problem" | "solution">;
  /** One element a row. */
  readonly texts: readonly StoredText[];
  /** What reproduces the table: its files with sizes and hashes. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The file of a row and its place in it, from 0. */
  place(index: number): { readonly file: string; readonly row: number };
  /** Number of a row's images. Default: each row has one. */
  images?(index: number): number;
  /** Reads a row's image, of several the one at `at` (default: 0); null if it is null. */
  image(index: number, at?: number): Promise<StoredImage | null>;
}

/** How the rows of a table are read. */
export interface ExampleOptions {
  /** May take words out of the problems; see `paperAnswerPrompt`. Default: the paper's. */
  readonly prompts?: PromptSet;
  /** What boxes count. Default: what their form means. */
  readonly frame?: BoxUnit;
}

/**
 * The rows of a table as questions, each under its own problem text.
 *
 * @throws {SyntaxError} If there are no rows, or a row lacks a text or an image, has other tags than
 * images, or its solution cannot be read: names file and row (counted from 0, as Python's datasets
 * do).
 * @throws {RangeError} If a text is longer than any model reads.
 */
export function exampleRows(
  table: ExampleTable,
  readTruth: TruthReader,
  { prompts = paperPrompt, frame }: ExampleOptions = {},
): RowSet {
  if (table.texts.length === 0) {
    throw new SyntaxError(`${join(table.folder, table.name)} has no rows: write some`);
  }
  const count = (index: number) => table.images?.(index) ?? 1;
  const questions = table.texts.map(({ problem, solution }, index) => {
    const { file, row } = table.place(index);
    const where = `${file}, row ${row}`;
    const { problem: asked, solution: told } = table.columns ?? OWN_NAMES;
    if (problem === null) throw new SyntaxError(`${where}: the column ${asked} is null`);
    if (solution === null) throw new SyntaxError(`${where}: the column ${told} is null`);
    for (const [column, text] of [[asked, problem], [told, solution]] as const) {
      if (text.length <= PROMPT_LENGTH) continue;
      throw new RangeError(
        `${where}: the column ${column} has ${text.length} characters, more than ` +
          `${PROMPT_LENGTH}: shorten it, or remove the row`,
      );
    }
    try {
      checkCount(count(index));
      const words = placeImages(problem, count(index));
      checkPrompt(words);
      const question = questionOf(words, solution, { prompts, readTruth, frame });
      askedFrame(question.prompt, question.truth.target);
      return question;
    } catch (error) {
      throw new SyntaxError(`${where}: ${(error as Error).message}`, { cause: error });
    }
  });
  if (frame === undefined) {
    const stated = questions.values().flatMap(({ truth }) => boxesOf(truth.target));
    checkUnits(stated, table.name, "write frame=unit");
  }
  const places = (index: number) => [...Array(count(index)).keys()];
  const id = (index: number) => {
    const { file, row } = table.place(index);
    return `${file}/${row}`;
  };
  return {
    name: table.name,
    size: table.texts.length,
    manifest: table.manifest,
    picture: id,
    ...table.images && {
      pictures: (index) =>
        places(index).map((at) => at === 0 ? id(index) : `${id(index)}/${at}`),
    },
    holdsReasoning: (index) => questions[index]!.reasoning !== undefined,
    category: (index) => categoryOf(questions[index]!.truth.target),
    askedFrame: (index) =>
      askedFrame(questions[index]!.prompt, questions[index]!.truth.target),
    async row(index) {
      const { file, row } = table.place(index);
      const pictures = places(index).map((at) => storedPicture(table, index, at));
      const { reasoning, truth, prompt } = questions[index]!;
      return {
        id: id(index),
        place: `${file}, row ${row}`,
        ...{ pictures, prompt },
        ...await placedTruth(truth, frame, () => pictureSize(pictures[0]!)),
        ...reasoning !== undefined && { reasoning },
      };
    },
  };
}

function checkCount(images: number): void {
  if (images >= 1 && images <= MOST_PICTURES) return;
  throw new SyntaxError(
    `it has ${images} images, and a question has 1 to ${MOST_PICTURES}: remove the row`,
  );
}

/**
 * A table's image: its bytes, or else the file of its path in the table's folder.
 *
 * @param at Which of the row's images.
 */
export function storedPicture(table: ExampleTable, index: number, at = 0): Picture {
  const { file, row } = table.place(index);
  const isOnly = (table.images?.(index) ?? 1) === 1;
  const place = `${file}, row ${row}${isOnly ? "" : `, image ${at}`}`;
  return {
    name: place,
    async bytes() {
      const image = await table.image(index, at);
      if (image?.bytes !== undefined) {
        return pictureOfBytes(place, image.bytes).bytes();
      }
      if (image?.path === undefined) {
        throw new BadImage(`${place}: the image is null; remove the row`);
      }
      return await pictureOfPath(image.path, table.folder, place).bytes();
    },
  };
}

function pictureOfPath(path: string, folder: string, place: string): Picture {
  try {
    return pictureOfRef(readImageRef(path), folder, place);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new BadImage(`${place}: ${error.message}`, { cause: error });
  }
}
