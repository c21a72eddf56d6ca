import type { Box } from "../geometry/box.ts";
import { checkUnits } from "../questions/bad_truth.ts";
import { boxesOf } from "../questions/framed_target.ts";
import { askedFrame } from "../questions/asked_answer.ts";
import { categoryOf } from "../questions/category_of.ts";
import {
  BadImage,
  type Picture,
  pictureInFolder,
  pictureOfBytes,
} from "../pictures/picture.ts";
import { paperPrompt, type PromptSet } from "../questions/prompt.ts";
import type { BoxUnit } from "./file_spec.ts";
import { checkFrame, statedTarget, type TruthReader } from "./truth.ts";
import { checkPrompt } from "../questions/prompt_text.ts";
import { PROMPT_LENGTH } from "../questions/question_limits.ts";
import type { RowSet } from "./rows.ts";

/** An image as a table has it: the file's bytes, its path, or neither. */
export interface StoredImage {
  /** The image file's bytes. */
  readonly bytes?: Uint8Array;
  /** Path of the image file; see `ExampleTable.folder`. */
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
 * A table of the paper's form, columns `image`, `problem` and `solution`, whose texts are in
 * memory and whose images are not.
 */
export interface ExampleTable {
  /** What errors and records call the table. */
  readonly name: string;
  /** Folder that images without bytes may lie in. */
  readonly folder: string;
  /** One element a row. */
  readonly texts: readonly StoredText[];
  /** What reproduces the table: its files with sizes and hashes. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** The file of a row and its place in it, from 0. */
  place(index: number): { readonly file: string; readonly row: number };
  /** Reads a row's image; null if the row has none. */
  image(index: number): Promise<StoredImage | null>;
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
 * @throws {SyntaxError} If a row lacks a text, or its solution cannot be read: names file and
 * row (counted from 0, as Python's datasets do).
 * @throws {RangeError} If a text is longer than any model reads.
 */
export function exampleRows(
  table: ExampleTable,
  readTruth: TruthReader,
  { prompts = paperPrompt, frame }: ExampleOptions = {},
): RowSet {
  const truths = table.texts.map(({ problem, solution }, index) => {
    const { file, row } = table.place(index);
    const where = `${file}, row ${row}`;
    if (problem === null) throw new SyntaxError(`${where}: the column problem is null`);
    if (solution === null) throw new SyntaxError(`${where}: the column solution is null`);
    for (const [column, text] of Object.entries({ problem, solution })) {
      if (text.length <= PROMPT_LENGTH) continue;
      throw new RangeError(
        `${where}: the column ${column} has ${text.length} characters, more than ` +
          `${PROMPT_LENGTH}: shorten it, or remove the row`,
      );
    }
    try {
      checkPrompt(problem);
      const truth = readTruth(problem, solution);
      askedFrame(problem, truth.target);
      if (frame === undefined) checkFrame(problem, truth);
      return truth;
    } catch (error) {
      throw new SyntaxError(`${where}: ${(error as Error).message}`, { cause: error });
    }
  });
  const stated = frame === undefined
    ? truths.flatMap(({ target }) => boxesOf(target) as readonly Box[])
    : [];
  checkUnits(stated, table.name, "write frame=unit");
  return {
    name: table.name,
    size: table.texts.length,
    manifest: table.manifest,
    picture(index) {
      const { file, row } = table.place(index);
      return `${file}/${row}`;
    },
    holdsReasoning: (index) => truths[index]!.reasoning !== undefined,
    category: (index) => categoryOf(truths[index]!.target),
    askedFrame: (index) =>
      askedFrame(table.texts[index]!.problem!, truths[index]!.target),
    async row(index) {
      const { file, row } = table.place(index);
      const picture = storedPicture(table, index);
      const { reasoning, ...truth } = truths[index]!;
      return {
        id: `${file}/${row}`,
        place: `${file}, row ${row}`,
        pictures: [picture],
        prompt: prompts({ kind: "problem", text: table.texts[index]!.problem! }),
        target: await statedTarget(truth, frame, picture),
        ...reasoning !== undefined && { reasoning },
      };
    },
  };
}

/** A table's image: its bytes, or else the file of its path in the table's folder. */
export function storedPicture(table: ExampleTable, index: number): Picture {
  const { file, row } = table.place(index);
  const place = `${file}, row ${row}`;
  return {
    name: place,
    async bytes() {
      const image = await table.image(index);
      if (image?.bytes !== undefined) {
        return pictureOfBytes(place, image.bytes).bytes();
      }
      if (image?.path === undefined) {
        throw new BadImage(`${place}: the image is null; remove the row`);
      }
      return await pictureInFolder(table.folder, image.path, place).bytes();
    },
  };
}
