import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as v from "npm:valibot@1.5.0";
import type { PixelBox } from "../geometry/box.ts";
import { pixelsToFrame } from "../geometry/box.ts";
import { placedTruth, type StatedTruth, type TruthReader } from "./truth.ts";
import { filledPolygon } from "../geometry/mask/filled_polygon.ts";
import { mergeMasks } from "../geometry/mask/merge_masks.ts";
import { checkPolygon } from "../geometry/mask/polygon.ts";
import { encodeMask, pixelCount, type Rle } from "../geometry/mask/rle.ts";
import { checkJsonShape } from "../files/json_shape.ts";
import { checkJson } from "../files/check_json.ts";
import { parseJsonText } from "../files/read_json.ts";
import {
  type Picture,
  pictureFolder,
  pictureInFolder,
  pictureSize,
} from "../pictures/picture.ts";
import type { PromptSet } from "../questions/prompt.ts";
import { checkPrompt } from "../questions/prompt_text.ts";
import { MOST_ITEMS, PROMPT_LENGTH } from "../questions/question_limits.ts";
import { readRegularFile } from "../files/regular_file.ts";
import type { RowSet } from "./rows.ts";

/** How LISA's data is opened. */
export interface LisaOptions {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** Reads the boxes of gen_sft.py's form. */
  readonly readTruth: TruthReader;
  /** Folder of the images, relative to the file's folder. Default: guessed. */
  readonly images?: string;
}

/** The region that an annotation of LISA marks. */
export interface LisaRegion {
  /** The same instruction in different words. */
  readonly instructions: readonly string[];
  /** Around the first polygon, as the authors' gen_box_ann.py draws it. */
  readonly box: PixelBox;
  /** Outlines of what is meant, x₁, y₁, x₂, y₂, … in pixels: together they are the mask. */
  readonly polygons: readonly (readonly number[])[];
}

/** Points and polygons of an annotation, at most: outlines are drawn by hand. */
const MOST_POINTS = 5000, MOST_POLYGONS = 100;

/** Pixels of an annotation's bitmaps, one a polygon, at most: seconds. */
const MOST_DRAWN = 2e9;

const point = v.tuple(
  [v.number("a number"), v.number("a number")],
  "two numbers, x and y",
);
const text = v.pipe(
  v.string("a text"),
  v.maxLength(PROMPT_LENGTH, `a text of at most ${PROMPT_LENGTH} characters`),
);
const regionSchema = v.object({
  text: v.pipe(
    v.array(text, "a list of texts"),
    v.minLength(1, "not empty"),
  ),
  shapes: v.array(
    v.object({
      label: v.optional(v.string("a text"), "target"),
      points: v.pipe(
        v.array(point, "a list of points"),
        v.minLength(2, "of two points or more"),
        v.maxLength(MOST_POINTS, `of at most ${MOST_POINTS} points`),
      ),
    }),
    "a list",
  ),
});
const sftSchema = v.array(
  v.object({
    id: v.optional(v.union([v.string(), v.number()])),
    conversations: v.pipe(
      v.array(
        v.object({ from: v.string("a text"), value: text }),
        "a list",
      ),
      v.minLength(2, "a list of two messages"),
    ),
  }),
  "a list",
);

/**
 * Reads an annotation of LISA's reasoning set: polygons around what a sentence means. Polygons
 * labelled "ignore" belong to nothing.
 *
 * @param where What errors call the file.
 * @throws {SyntaxError} If it does not have that form: names file and place.
 *
 * @example
 * ```ts
 * import { readLisaRegion } from "./lisa.ts";
 *
 * const points = [[5, 6], [30, 8], [28, 40]];
 * const json = { text: ["the left one"], shapes: [{ label: "target", points }] };
 * readLisaRegion(json, "1.json").box; // { x1: 5, y1: 6, x2: 30, y2: 40 }
 * ```
 */
export function readLisaRegion(json: unknown, where: string): LisaRegion {
  const { text, shapes } = checkJson(regionSchema, json, where);
  shapes.forEach(({ points }, i) => {
    try {
      checkPolygon(points.flat());
    } catch (error) {
      throw new SyntaxError(
        `${where}: .shapes[${i}].points: ${(error as Error).message}`,
      );
    }
  });
  for (const instruction of text) {
    try {
      checkPrompt(instruction);
    } catch (error) {
      throw new SyntaxError(`${where}: .text: ${(error as Error).message}`);
    }
  }
  const meant = shapes.filter(({ label }) => label !== "ignore");
  const points = meant.reduce((sum, { points }) => sum + points.length, 0);
  if (points > MOST_POINTS || meant.length > MOST_POLYGONS) {
    throw new SyntaxError(
      `${where}: .shapes has more than ${MOST_POLYGONS} polygons or ${MOST_POINTS} points of ` +
        "what is meant: simplify the outlines",
    );
  }
  if (meant.length === 0) {
    throw new SyntaxError(`${where}: .shapes has no polygon of what is meant`);
  }
  const xs = meant[0]!.points.map(([x]) => x), ys = meant[0]!.points.map(([, y]) => y);
  return {
    instructions: text,
    box: {
      ...{ x1: Math.min(...xs), y1: Math.min(...ys) },
      ...{ x2: Math.max(...xs), y2: Math.max(...ys) },
    },
    polygons: meant.map(({ points }) => points.flat()),
  };
}

/**
 * The mask of polygons on an image, each drawn as the image library Pillow does it, by which
 * LISA's evaluation draws them.
 *
 * @param polygons One or more, x₁, y₁, x₂, y₂, … in pixels.
 * @param size Height and width of the image.
 * @throws {RangeError} If so many polygons on so large an image would take minutes.
 *
 * @example A triangle of six pixels
 * ```ts
 * import { regionMask } from "./lisa.ts";
 *
 * regionMask([[0, 0, 2, 0, 0, 2]], [3, 3]).counts; // [0, 5, 1, 1, 2]
 * ```
 */
export function regionMask(
  polygons: LisaRegion["polygons"],
  size: Rle["size"],
): Rle {
  if (polygons.length * pixelCount(size) > MOST_DRAWN) {
    throw new RangeError(
      `${polygons.length} polygons cannot be drawn on ${size[1]} x ${size[0]} pixels: ` +
        "use fewer polygons, or a smaller image",
    );
  }
  return mergeMasks(
    polygons.map((polygon) => encodeMask(filledPolygon(polygon, size))),
    "union",
  );
}

/**
 * Opens LISA's reasoning set as grounding questions: the JSON that the authors' gen_sft.py writes,
 * which has boxes alone, or a folder of annotations, x.json with its polygons beside x.jpg, whose
 * questions have masks too.
 *
 * @throws {SyntaxError} If a file does not have that form: names file and place.
 */
export async function openLisa(path: string, options: LisaOptions): Promise<RowSet> {
  const isFolder = (await stat(path).catch(() => {
    throw new Error(`${path} cannot be read: give LISA's JSON, or its folder`);
  })).isDirectory();
  return isFolder ? await annotated(path, options) : await written(path, options);
}

const IMAGE = /<img>(.*?)<\/img>/s;
const INSTRUCTION =
  /^Output the bounding box in the image corresponding to the instruction:\s*/;

async function written(
  path: string,
  { prompts, readTruth, images }: LisaOptions,
): Promise<RowSet> {
  const text = await readText(path, FILE_LIMIT), where = basename(path);
  const rows = checkJson(sftSchema, parseJsonText(text, path), path).map((row, i) => {
    const place = `${where}, [${i}]`;
    const asked = row.conversations[0]!.value, truth = row.conversations[1]!.value;
    const file = IMAGE.exec(asked)?.[1]?.trim();
    if (file === undefined) {
      throw new SyntaxError(`${path}: [${i}].conversations[0].value has no <img>…</img>`);
    }
    const instruction = asked.replace(IMAGE, "").trim().replace(INSTRUCTION, "");
    let stated: StatedTruth;
    try {
      checkPrompt(instruction);
      stated = readTruth(asked, `<answer> ${truth} </answer>`);
    } catch (error) {
      throw new SyntaxError(`${path}: [${i}]: ${(error as Error).message}`);
    }
    if (stated.target.kind !== "grounding") {
      throw new SyntaxError(
        `${path}: [${i}].conversations[1].value must be a box as (x1,y1),(x2,y2)`,
      );
    }
    return { id: String(row.id ?? i), file, place, instruction, stated };
  });
  const folder = await pictureFolder(dirname(path), images, rows[0]?.file);
  return {
    name: where,
    size: rows.length,
    manifest: { kind: "lisa", file: fileOf(where, text) },
    picture: (index) => rows[index]!.file,
    category: () => undefined,
    async row(index) {
      const { id, file, place, instruction, stated } = rows[index]!;
      const picture = pictureInFolder(folder, file, place);
      return {
        ...{ id, imageId: file, place },
        ...await placedTruth(stated, undefined, () => pictureSize(picture)),
        pictures: [picture],
        prompt: prompts({ kind: "grounding", instruction }),
      };
    },
  };
}

async function annotated(
  folder: string,
  { prompts, images }: LisaOptions,
): Promise<RowSet> {
  const files = await readdir(folder);
  const hash = createHash("sha256");
  const rows: {
    id: string;
    region: LisaRegion;
    instruction: string;
    picture: Picture;
  }[] = [];
  const pictures = picturesByStem(files);
  let points = 0;
  for (const file of files.filter((file) => file.endsWith(".json")).sort()) {
    const text = await readText(join(folder, file), ANNOTATION_LIMIT);
    hash.update(`${file}\n${text}\n`);
    const region = readLisaRegion(parseJsonText(text, file), join(folder, file));
    points += region.polygons.reduce((sum, { length }) => sum + length / 2, 0);
    if (points + rows.length + region.instructions.length > MOST_ITEMS) {
      throw new RangeError(
        `${
          join(folder, file)
        }: up to here are more than ${MOST_ITEMS} questions and points: ` +
          "split the folder",
      );
    }
    const stem = file.slice(0, -".json".length);
    const name = pictures.get(stem) ?? `${stem}.jpg`;
    const base = images === undefined ? folder : join(folder, images);
    const picture = pictureInFolder(base, name, file);
    region.instructions.forEach((instruction, i) =>
      rows.push({ id: `${stem}/${i}`, region, instruction, picture })
    );
  }
  if (rows.length === 0) {
    throw new SyntaxError(`${folder} has no annotations of LISA, x.json beside x.jpg`);
  }
  return {
    name: basename(folder),
    size: rows.length,
    manifest: {
      kind: "lisa",
      files: files.length,
      annotationsSha256: hash.digest("hex"),
    },
    picture: (index) => stemOf(rows[index]!.id),
    category: () => undefined,
    async row(index) {
      const { id, region, instruction, picture } = rows[index]!;
      const { width, height } = await pictureSize(picture);
      return {
        id,
        imageId: stemOf(id),
        place: picture.name,
        pictures: [picture],
        prompt: prompts({ kind: "grounding", instruction }),
        target: { kind: "grounding", box: pixelsToFrame(region.box, width, height) },
        mask: () => regionMask(region.polygons, [height, width]),
      };
    },
  };
}

/** An annotation's file, out of the id of one of its questions. */
function stemOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}

/** Images of a folder by their names up to any of their dots, of several the first. */
function picturesByStem(files: readonly string[]): ReadonlyMap<string, string> {
  const pictures = new Map<string, string>();
  for (const file of files) {
    if (!/\.(jpe?g|png|webp)$/i.test(file)) continue;
    for (let dot = file.indexOf("."); dot >= 0; dot = file.indexOf(".", dot + 1)) {
      const stem = file.slice(0, dot);
      if (!pictures.has(stem)) pictures.set(stem, file);
    }
  }
  return pictures;
}

/** Largest file of gen_sft.py's form and of an annotation, in bytes. */
const FILE_LIMIT = 2 ** 28, ANNOTATION_LIMIT = 2 ** 24;

/** LISA's own files are partly Latin-1. */
async function readText(path: string, limit: number): Promise<string> {
  const bytes = await readRegularFile(path, limit);
  checkJsonShape(bytes, path, { values: 4 * MOST_ITEMS });
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function fileOf(path: string, text: string) {
  const sha256 = createHash("sha256").update(text).digest("hex");
  return { path, bytes: new TextEncoder().encode(text).length, sha256 };
}
