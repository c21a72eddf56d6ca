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
import type { Box } from "../../data/geometry/box.ts";
import { FRAME_SIDE } from "../../data/geometry/box.ts";
import type { Target } from "../../data/questions/question.ts";
import type { Row, RowSource } from "../../data/formats/rows.ts";
import { type Count, mistypedNames } from "./mistyped_names.ts";

/** What is wrong with data, by kind. */
export const FAULTS = [
  ...["broken picture", "box outside", "other size", "mistyped name", "shared picture"],
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
}

/** Boxes may reach past an image's side by this much of it, per mille: annotators round. */
const SLACK = 5;

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
  { examples: wanted, maxPixels = DECODE_LIMIT }: CheckOptions,
): Promise<DataReport> {
  const faults: Fault[] = [], examples: Example[] = [];
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
  const one = await side(train, faults, maxPixels, look);
  const other = await side(heldOut, faults, maxPixels, look);
  const isWhole = heldOut.manifest.heldOut === 1; // both sides are all of it
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
    const message = `${JSON.stringify(name)} is there ${times}: is ${
      JSON.stringify(meant)
    } meant (${names.get(meant)})?`;
    faults.push({ kind: "mistyped name", message });
  }
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
) {
  const kinds: Record<string, number> = {}, names = new Map<string, number>();
  const pictures = new Map<string, string>();
  const widths: number[] = [], heights: number[] = [];
  let absent = 0, boxes = 0, reasoned = 0;
  const read = lookAhead(
    (index) => readRow(source, index, maxPixels),
    AHEAD,
    source.size,
    ({ images }) => bytesOf(images),
  );
  for (let index = 0; index < source.size; index++) {
    const { row, images, hashes, fault } = await read(index);
    if (fault !== undefined) faults.push({ kind: "broken picture", message: fault });
    if (row === undefined) continue;
    const { target, place, size } = row;
    kinds[target.kind] = (kinds[target.kind] ?? 0) + 1;
    const name = categoryOf(target);
    if (name !== undefined) names.set(name, (names.get(name) ?? 0) + 1);
    if (target.kind === "detection" && target.boxes.length === 0) absent++;
    if (row.reasoning !== undefined) reasoned++;
    boxes += boxesOf(target).length;
    boxesOf(target).forEach((box, i) => {
      const way = outside(box);
      if (way === undefined) return;
      faults.push({ kind: "box outside", message: `${place}: box ${i + 1} ${way}` });
    });
    images.forEach(({ width, height }, i) => {
      pictures.set(hashes[i]!, pictures.get(hashes[i]!) ?? row.pictures[i]!.name);
      widths.push(width);
      heights.push(height);
    });
    const [image] = images;
    if (image === undefined) continue;
    if (size && (size.width !== image.width || size.height !== image.height)) {
      const message =
        `${place}: the image has ${image.width} x ${image.height} pixels, ` +
        `the file says ${size.width} x ${size.height}`;
      faults.push({ kind: "other size", message });
    }
    look({ row, image });
  }
  const counts: SideCounts = {
    ...{ questions: source.size, pictures: pictures.size, kinds },
    ...{ absent, reasoned, boxes },
    names: [...names].map(([name, count]) => ({ name, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
    ...widths.length > 0 && { sizes: { width: range(widths), height: range(heights) } },
  };
  return { counts, pictures };
}

function bytesOf(images: readonly RgbImage[]): number {
  return images.reduce((sum, { data }) => sum + data.length, 0);
}

async function readRow(source: RowSource, index: number, maxPixels: number) {
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
    if (!(error instanceof BadImage || error instanceof RangeError)) throw error;
    return { row, images: [], hashes: [], fault: error.message };
  }
}

function hasBox(target: Target): boolean {
  return target.kind !== "detection" || target.boxes.length > 0;
}

/** How a box reaches out of its image; `undefined` if it does not. */
function outside({ x1, y1, x2, y2 }: Box): string | undefined {
  const share = (value: number) => `${(value / FRAME_SIDE * 100).toFixed(0)} %`;
  const ways = [
    ...x1 < -SLACK ? [`begins at ${share(x1)} of the width`] : [],
    ...y1 < -SLACK ? [`begins at ${share(y1)} of the height`] : [],
    ...x2 > FRAME_SIDE + SLACK ? [`ends at ${share(x2)} of the width`] : [],
    ...y2 > FRAME_SIDE + SLACK ? [`ends at ${share(y2)} of the height`] : [],
  ];
  return ways.length === 0 ? undefined : ways.join(", ");
}

function range(values: readonly number[]): Range {
  let least = Infinity, most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}
