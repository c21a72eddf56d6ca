import { createHash } from "node:crypto";
import { categoryOf } from "../../data/questions/category_of.ts";
import type { RgbImage } from "../../data/pictures/image.ts";
import { boxesOf } from "../../data/questions/framed_target.ts";
import { lookAhead } from "../../data/questions/look_ahead.ts";
import {
  BadImage,
  DECODE_LIMIT,
  decodePicture,
  pictureOfBytes,
} from "../../data/pictures/picture.ts";
import { BadTruth, checkSize } from "../../data/questions/bad_truth.ts";
import { hasMarkup } from "../../data/questions/label.ts";
import type { Question, Target } from "../../data/questions/question.ts";
import { quoted } from "../../data/short_text.ts";
import type { Row, RowSource } from "../../data/formats/rows.ts";
import { type Count, mistypedNames } from "./mistyped_names.ts";

/** What is wrong with data, by kind. */
export const FAULTS = [
  ...["broken picture", "wrong truth", "prompt", "odd name", "mixed truth"] as const,
  ...["mistyped name", "shared picture", "shots"] as const,
] as const;

/** Something that is wrong, told in a sentence that names the place. */
export interface Fault {
  readonly kind: (typeof FAULTS)[number];
  readonly message: string;
}

/** A question with its image, to be drawn. */
export interface Example {
  readonly row: Row;
  readonly image: RgbImage;
}

/** What was found in one side of the data. */
export interface SideCounts {
  readonly questions: number;
  /** Different images, by their bytes. */
  readonly pictures: number;
  /** Questions by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Detection questions about what is not there. */
  readonly absent: number;
  /** Questions that hold a reasoning text. */
  readonly reasoned: number;
  /** Boxes of all questions. */
  readonly boxes: number;
  /** Questions whose image is a scaled copy of the one that the file states the size of. */
  readonly copies: number;
  /** Questions by category or label, the commonest first. */
  readonly names: readonly Count[];
  /** Smallest and largest width and height of the images, in pixels. */
  readonly sizes?: { readonly width: Range; readonly height: Range };
}

type Range = readonly [least: number, most: number];

/** What a check found. */
export interface DataReport {
  readonly train: SideCounts;
  readonly heldOut: SideCounts;
  readonly faults: readonly Fault[];
  /** Questions of different names, to look at. */
  readonly examples: readonly Example[];
}

/** How data is checked. */
export interface CheckOptions {
  /** Questions to be drawn. */
  readonly examples: number;
  /** Largest image that is decoded, in pixels. */
  readonly maxPixels?: number;
  /**
   * Encodes a question as the model's input, and throws if it cannot. Asked once for each prompt and
   * number of images, with the images of the first question. Default: prompts are not encoded.
   */
  readonly encode?: (
    question: Pick<Question, "id" | "prompt" | "system" | "images">,
  ) => void;
  /** Told how many questions have been looked at, of how many. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** Largest image that is kept to be drawn, if there are others, in bytes when decoded. */
const EXAMPLE_BYTES = 2 ** 26;

/** Images that are decoded at a time. */
const AHEAD = 8;

/**
 * Looks at every question and every image of both sides of a data set.
 *
 * @returns Counts, and everything that is wrong; nothing is thrown for an image or a box.
 */
export async function checkData(
  { train, heldOut }: { readonly train: RowSource; readonly heldOut: RowSource },
  { examples: wanted, maxPixels = DECODE_LIMIT, encode, onProgress }: CheckOptions,
): Promise<DataReport> {
  const faults: Fault[] = [], examples: Example[] = [];
  const encoded = new Set<string>(), kinds = new Map<string, Kinds>();
  const all = train.size + heldOut.size;
  let done = 0;
  const eachQuestion = ({ row, images }: Read) => {
    onProgress?.(++done, all);
    if (row === undefined) return;
    noteKind(kinds, row);
    const { id, prompt, system, place } = row;
    const key = JSON.stringify([prompt, system, images.length]);
    if (encode === undefined || images.length === 0 || encoded.has(key)) return;
    if (encoded.size < MOST_ENCODED) encoded.add(key);
    try {
      encode({ id, prompt, system, images });
    } catch (error) {
      faults.push({ kind: "prompt", message: `${place}: ${(error as Error).message}` });
    }
  };
  const drawn = new Set<string | undefined>(), spare: Example[] = [];
  const look = (example: Example) => {
    const isFirst = examples.length + spare.length === 0;
    if (example.image.data.length > EXAMPLE_BYTES && !isFirst) return;
    const name = categoryOf(example.row.target);
    const isNew = !drawn.has(name) && hasBox(example.row.target);
    if (isNew && examples.length < wanted) {
      drawn.add(name);
      examples.push(example);
    } else if (spare.length < wanted) spare.push(example);
  };
  const one = await side(train, faults, maxPixels, look, eachQuestion);
  const isWhole = heldOut.manifest.heldOut === 1; // both sides are all of it
  const other = await side(heldOut, faults, maxPixels, look, eachQuestion);
  for (const [hash, place] of isWhole ? [] : other.pictures) {
    const first = one.pictures.get(hash);
    if (first === undefined) continue;
    const message = `${place} is held out, and is the same image as ${first}`;
    faults.push({ kind: "shared picture", message });
  }
  const names = new Map<string, number>();
  for (const { name, count } of [...one.counts.names, ...other.counts.names]) {
    names.set(name, (names.get(name) ?? 0) + count);
  }
  for (const { name, meant, count } of mistypedNames(names)) {
    const times = count === 1 ? "once" : `${count} times`;
    const message = `${quoted(name)} is there ${times}: is ${quoted(meant)} meant (${
      names.get(meant)
    })?`;
    faults.push({ kind: "mistyped name", message });
  }
  faults.push(...oddNames(names), ...mixedTruths(kinds));
  return {
    train: one.counts,
    heldOut: other.counts,
    faults,
    examples: [...examples, ...spare].slice(0, wanted),
  };
}

async function side(
  source: RowSource,
  faults: Fault[],
  maxPixels: number,
  look: (example: Example) => void,
  each: (read: Read) => void,
) {
  const kinds: Record<string, number> = {}, names = new Map<string, number>();
  const pictures = new Map<string, string>();
  const widths: number[] = [], heights: number[] = [];
  let absent = 0, boxes = 0, reasoned = 0, copies = 0;
  const read = lookAhead(
    (index) => readRow(source, index, maxPixels),
    AHEAD,
    source.size,
    ({ images }) => bytesOf(images),
  );
  for (let index = 0; index < source.size; index++) {
    const found = await read(index);
    each(found);
    const { row, images, hashes, fault } = found;
    if (fault !== undefined) faults.push(fault);
    if (row === undefined) continue;
    const { target, place, size } = row;
    kinds[target.kind] = (kinds[target.kind] ?? 0) + 1;
    const name = categoryOf(target);
    if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
    if (target.kind === "detection" && target.boxes.length === 0) absent++;
    if (row.reasoning !== undefined) reasoned++;
    boxes += boxesOf(target).length;
    images.forEach(({ width, height }, i) => {
      pictures.set(hashes[i]!, pictures.get(hashes[i]!) ?? row.pictures[i]!.name);
      widths.push(width);
      heights.push(height);
    });
    const [image] = images;
    if (image === undefined) continue;
    if (size !== undefined) {
      try {
        if (checkSize(size, image, place)) copies++;
      } catch (error) {
        faults.push({ kind: "wrong truth", message: (error as Error).message });
      }
    }
    look({ row, image });
  }
  const counts: SideCounts = {
    ...{ questions: source.size, pictures: pictures.size, kinds },
    ...{ absent, reasoned, boxes, copies },
    names: [...names].map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    ...widths.length > 0 && { sizes: { width: range(widths), height: range(heights) } },
  };
  return { counts, pictures };
}

/** Prompts that are remembered as encoded, at most. */
const MOST_ENCODED = 100_000;

/** The kinds of ground truth under one prompt, each with the place where it is met first. */
type Kinds = Map<Target["kind"], string>;

/** Prompts whose kinds are compared, at most. */
const MOST_PROMPTS = 100_000;

function noteKind(kinds: Map<string, Kinds>, { prompt, target, place }: Row): void {
  const known = kinds.get(prompt);
  if (known === undefined && kinds.size >= MOST_PROMPTS) return;
  const places: Kinds = known ?? new Map();
  kinds.set(prompt, places);
  if (!places.has(target.kind)) places.set(target.kind, place);
}

/** One prompt is asked for one kind of answer. */
function mixedTruths(kinds: ReadonlyMap<string, Kinds>): Fault[] {
  return [...kinds].filter(([, places]) => places.size > 1).map(([prompt, places]) => {
    const list = [...places].map(([kind, place]) => `${kind} at ${place}`).join(", ");
    return {
      kind: "mixed truth",
      message: `the prompt ${quoted(prompt)} has ground truths of several kinds: ${list}`,
    };
  });
}

/** Words of a label, at most: more are a sentence. */
const MOST_WORDS = 12;

function oddNames(names: ReadonlyMap<string, number>): Fault[] {
  return [...names].flatMap(([name, count]): Fault[] => {
    const reason = hasMarkup(name) || name.includes("```")
      ? "has braces, brackets, tags or line breaks"
      : name.trim().split(/\s+/).length > MOST_WORDS
      ? "is a sentence"
      : undefined;
    if (reason === undefined) return [];
    const times = count === 1 ? "once" : `${count} times`;
    const message = `${
      quoted(name)
    }, ${times} a label, ${reason}: is it another kind of answer?`;
    return [{ kind: "odd name", message }];
  });
}

function bytesOf(images: readonly RgbImage[]): number {
  return images.reduce((sum, { data }) => sum + data.length, 0);
}

/** A question that was read, or what is wrong with it. */
interface Read {
  readonly row?: Row;
  readonly images: readonly RgbImage[];
  readonly hashes: readonly string[];
  readonly fault?: Fault;
}

async function readRow(
  source: RowSource,
  index: number,
  maxPixels: number,
): Promise<Read> {
  let row: Row | undefined;
  try {
    row = await source.row(index);
    const images: RgbImage[] = [], hashes: string[] = [];
    for (const picture of row.pictures) {
      const bytes = await picture.bytes();
      hashes.push(createHash("sha256").update(bytes).digest("hex"));
      images.push(
        await decodePicture(pictureOfBytes(picture.name, bytes), maxPixels),
      );
    }
    return { row, images, hashes };
  } catch (error) {
    const kind = error instanceof BadTruth
      ? "wrong truth"
      : error instanceof BadImage || error instanceof RangeError
      ? "broken picture"
      : undefined;
    if (kind === undefined) throw error;
    const fault: Fault = { kind, message: (error as Error).message };
    return { row, images: [], hashes: [], fault };
  }
}

function hasBox(target: Target): boolean {
  return target.kind !== "detection" || target.boxes.length > 0;
}

function range(values: readonly number[]): Range {
  let least = Infinity, most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}
