import { dirname } from "node:path";
import { imageName, pictureOfRef } from "../pictures/image_ref.ts";
import { pictureFolder, pictureSize } from "../pictures/picture.ts";
import { BadTruth, checkUnits } from "../questions/bad_truth.ts";
import { askedFrame } from "../questions/asked_answer.ts";
import { categoryOf } from "../questions/category_of.ts";
import { boxesOf } from "../questions/framed_target.ts";
import { MOST_ITEMS } from "../questions/question_limits.ts";
import { quoted } from "../short_text.ts";
import type { BoxUnit } from "./file_spec.ts";
import type { LineOptions, QuestionLine } from "./lines/line.ts";
import type { RowSet } from "./rows.ts";
import { placedTruth } from "./truth.ts";

/** How a file of lines is opened. */
export interface LineFileOptions extends LineOptions {
  /** Folder of the images, relative to the file's folder. Default: guessed. */
  readonly images?: string;
}

/** A line with its place in its file. */
export interface PlacedLine extends QuestionLine {
  /** Unique in the file. */
  readonly id: string;
  /** As in "train.jsonl, line 3". */
  readonly place: string;
}

/** Collects the lines of a file: makes ids distinct and counts what they take of memory. */
export class LineCollector {
  readonly lines: PlacedLine[] = [];
  readonly #ids = new Map<string, number>();
  #items = 0;
  #repeated = 0;

  /**
   * @param path Of the file, for messages.
   */
  constructor(readonly path: string) {}

  /**
   * Adds the questions of a line.
   *
   * @param own The id of a line that has none.
   * @throws {RangeError} If the file has more than fits in memory.
   */
  add(
    questions: readonly QuestionLine[],
    place: string,
    where: string,
    own: string,
  ): void {
    for (const question of questions) {
      const { id = own, turn } = question;
      const wanted = turn === undefined ? id : `${id}/${turn}`;
      this.lines.push({ ...question, id: this.#distinct(wanted), place });
      this.#items += itemsOf(question);
      if (this.#items > MOST_ITEMS) {
        throw new RangeError(
          `${where}: up to here are more than ${MOST_ITEMS} questions, boxes, images and ` +
            "names: split the file",
        );
      }
    }
  }

  /** What people should know of these lines. */
  get notes(): readonly string[] {
    if (this.#repeated === 0) return [];
    const [id] = [...this.#ids].find(([, count]) => count > 1)!;
    const count = this.#repeated === 1
      ? "1 line repeats"
      : `${this.#repeated} lines repeat`;
    return [`${count} an id, as ${quoted(id)}: #2, #3, … is added behind it`];
  }

  #distinct(id: string): string {
    const before = this.#ids.get(id) ?? 0;
    this.#ids.set(id, before + 1);
    if (before === 0) return id;
    this.#repeated++;
    let count = before + 1;
    while (this.#ids.has(`${id}#${count}`)) count++;
    this.#ids.set(`${id}#${count}`, 1);
    return `${id}#${count}`;
  }
}

/** What a line adds to memory beyond its bytes. */
function itemsOf({ images, truth: { target, polygon = [] } }: QuestionLine): number {
  const names = target.kind === "classification" ? target.aliases?.length ?? 0 : 0;
  return 1 + images.length + boxesOf(target).length + names + polygon.length;
}

/**
 * The lines of a file as rows. Images without a folder of their own lie beside the file or in
 * `images` there.
 *
 * @param path Of the file.
 * @throws {BadTruth} If all boxes are shares of the sides, and nothing says so.
 */
export async function lineRows(
  path: string,
  lines: readonly PlacedLine[],
  { images, frame }: { readonly images?: string; readonly frame?: BoxUnit },
): Promise<Omit<RowSet, "name" | "manifest">> {
  const unsaid = lines.values().filter((line) => (frame ?? line.frame) === undefined);
  checkUnits(
    unsaid.flatMap(({ truth }) => boxesOf(truth.target)),
    path,
    "write frame=unit",
  );
  const first = lines[0]?.images.find((ref) => ref.kind === "path");
  const folder = await pictureFolder(dirname(path), images, first?.path);
  const ownKinds = new Set(
    lines.flatMap(({ truth: { target } }) => target.kind === "own" ? [target.name] : []),
  );
  return {
    ...ownKinds.size > 0 && { ownKinds: [...ownKinds] },
    size: lines.length,
    picture: (index) => lines[index]!.images.map(imageName).join(" "),
    pictures: (index) => lines[index]!.images.map(imageName),
    holdsReasoning: (index) => lines[index]!.reasoning !== undefined,
    category: (index) => categoryOf(lines[index]!.truth.target),
    askedFrame: (index) => askedFrame(lines[index]!.prompt, lines[index]!.truth.target),
    async row(index) {
      const line = lines[index]!;
      const { id, place, prompt, truth, reasoning, system } = line;
      const pictures = line.images.map((ref) => pictureOfRef(ref, folder, place));
      const placed = await placedTruth(
        truth,
        frame ?? line.frame,
        () => pictureSize(pictures[0]!),
      ).catch((error) => {
        throw error instanceof BadTruth
          ? new BadTruth(`${place}: ${error.message}`)
          : error;
      });
      return {
        ...{ id, imageId: line.images.map(imageName).join(" "), place, pictures, prompt },
        ...placed,
        ...reasoning !== undefined && { reasoning },
        ...system !== undefined && { system },
      };
    },
  };
}
