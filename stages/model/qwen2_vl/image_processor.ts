import * as v from "npm:valibot@1.5.0";
import type { RgbImage } from "../../../data/pictures/image.ts";
import { checkJson } from "../../../data/files/check_json.ts";
import { resizeBicubic } from "./bicubic.ts";
import type { Grid } from "./mrope.ts";
import { smartResize } from "./smart_resize.ts";

/** What preprocessor_config.json says: how an image becomes patches. */
export interface Preprocessor {
  /** Side of a patch in pixels. */
  readonly patchSize: number;
  /** Frames in a patch; a still image is repeated. */
  readonly temporalPatchSize: number;
  /** Side in patches of the square that becomes one visual token. */
  readonly mergeSize: number;
  readonly minPixels: number;
  readonly maxPixels: number;
  /** Multiplies a byte before the mean is subtracted: 1/255. */
  readonly rescaleFactor: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

/** An image as input of the vision tower. */
export interface ProcessedImage {
  /** [patches, channels · frames · patchSize · patchSize]. */
  readonly pixelValues: Float32Array<ArrayBuffer>;
  readonly grid: Grid;
}

/** Largest `max_pixels`; published models have 12,845,056. */
const MOST_PIXELS = 2 ** 26;
/** Most patches of the smallest image: attention is quadratic in them. Published: 16. */
const MOST_PATCHES = 2048;
/** Longest side of a visual token in pixels; published models have 28. */
const MOST_SIDE = 1024;
/** Largest absolute value of a normalised level; Qwen2-VL's are within 3. */
const MAX_LEVEL = 1e6;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const finite = v.pipe(v.number(), v.finite());
const positive = v.pipe(finite, v.gtValue(0));
const schema = v.object({
  patch_size: v.nullish(count, 14),
  temporal_patch_size: v.nullish(count, 2),
  merge_size: v.nullish(count, 2),
  min_pixels: v.nullish(count),
  max_pixels: v.nullish(count),
  size: v.nullish(v.object({
    shortest_edge: v.nullish(count),
    longest_edge: v.nullish(count),
    min_pixels: v.nullish(count),
    max_pixels: v.nullish(count),
  })),
  image_mean: v.nullish(v.tuple([finite, finite, finite]), [
    0.48145466,
    0.4578275,
    0.40821073,
  ]),
  image_std: v.nullish(v.tuple([positive, positive, positive]), [
    0.26862954,
    0.26130258,
    0.27577711,
  ]),
  rescale_factor: v.nullish(positive, 1 / 255),
  // The model was trained with these steps; a file that turns one off belongs to another model.
  do_resize: v.nullish(v.literal(true)),
  do_rescale: v.nullish(v.literal(true)),
  do_normalize: v.nullish(v.literal(true)),
  /** 3 is Pillow's number of the bicubic filter. */
  resample: v.nullish(v.literal(3)),
});

/**
 * Reads preprocessor_config.json. Limits of the area may be written `min_pixels`/`max_pixels`
 * or `size: { shortest_edge, longest_edge }`; what is missing has Qwen2-VL's published value.
 *
 * @param where The file's name, for messages.
 * @throws {SyntaxError} Names the file, the path in the JSON, and what was expected there.
 */
export function parsePreprocessor(json: unknown, where: string): Preprocessor {
  const p = checkJson(schema, json, where);
  const minPixels = p.min_pixels ?? p.size?.shortest_edge ?? p.size?.min_pixels ?? 3136;
  const maxPixels = p.max_pixels ?? p.size?.longest_edge ?? p.size?.max_pixels ??
    12845056;
  if (minPixels > maxPixels) {
    throw new SyntaxError(
      `${where}: min_pixels is wrong: it is ${minPixels}, more than max_pixels ${maxPixels}`,
    );
  }
  const preprocessor = {
    patchSize: p.patch_size,
    temporalPatchSize: p.temporal_patch_size,
    mergeSize: p.merge_size,
    minPixels,
    maxPixels,
    rescaleFactor: p.rescale_factor,
    mean: p.image_mean,
    std: p.image_std,
  };
  checkSizes(preprocessor, where);
  return preprocessor;
}

function checkSizes(preprocessor: Preprocessor, where: string): void {
  const { patchSize, temporalPatchSize, mergeSize, minPixels, maxPixels } = preprocessor;
  const tooMuch = (key: string, value: number, most: number) =>
    new SyntaxError(
      `${where}: ${key} is wrong: it is ${value}, more than ${most}; fetch the file again`,
    );
  if (maxPixels > MOST_PIXELS) throw tooMuch("max_pixels", maxPixels, MOST_PIXELS);
  if (temporalPatchSize > 16) {
    throw tooMuch("temporal_patch_size", temporalPatchSize, 16);
  }
  if (patchSize > MOST_SIDE) throw tooMuch("patch_size", patchSize, MOST_SIDE);
  // No image is smaller than a visual token.
  const side = Math.floor(Math.min(Math.sqrt(MOST_PATCHES), MOST_SIDE / patchSize));
  if (mergeSize > side) throw tooMuch("merge_size", mergeSize, side);
  const most = MOST_PATCHES * patchSize ** 2;
  if (minPixels > most) throw tooMuch("min_pixels", minPixels, most);
  const level = levels(preprocessor).find((level) => !(Math.abs(level) <= MAX_LEVEL));
  if (level === undefined) return;
  throw new SyntaxError(
    `${where}: rescale_factor, image_mean or image_std is wrong: they make a pixel ${level}, ` +
      `beyond ${MAX_LEVEL}; fetch the file again`,
  );
}

/** Limits of a resized image's area, instead of the model's own. */
export interface PixelLimits {
  /** Smaller images are enlarged to this area. @default the model folder's */
  readonly minPixels?: number;
  /** Larger images are reduced to this area. @default the model folder's */
  readonly maxPixels?: number;
}

/**
 * A preprocessor with other limits of the area: fewer pixels mean fewer visual tokens, less
 * time and less memory.
 *
 * @throws {RangeError} If the minimum is above the maximum.
 */
export function withPixelLimits(
  preprocessor: Preprocessor,
  { minPixels = preprocessor.minPixels, maxPixels = preprocessor.maxPixels }: PixelLimits,
): Preprocessor {
  if (minPixels > maxPixels) {
    throw new RangeError(
      `An image cannot have at least ${minPixels} and at most ${maxPixels} pixels: ` +
        "change minPixels or maxPixels",
    );
  }
  return { ...preprocessor, minPixels, maxPixels };
}

/**
 * Resizes an image, normalises it and cuts it into patches, in Qwen2-VL's order: merge squares
 * row by row, the patches of a square row by row; inside a patch channel, frame, row, column.
 *
 * @throws {RangeError} If one side is more than 200 times the other.
 *
 * @example
 * ```ts
 * import { parsePreprocessor, processImage } from "./image_processor.ts";
 *
 * const preprocessor = parsePreprocessor({ patch_size: 14 }, "preprocessor_config.json");
 * const image = { width: 56, height: 84, data: new Uint8Array(56 * 84 * 3) };
 * processImage(image, preprocessor).grid; // [1, 6, 4]
 * ```
 */
export function processImage(
  image: RgbImage,
  preprocessor: Preprocessor,
): ProcessedImage {
  const { patchSize: side, temporalPatchSize: frames, mergeSize: merge } = preprocessor;
  const { height, width } = smartResize(
    image.height,
    image.width,
    side * merge,
    preprocessor.minPixels,
    preprocessor.maxPixels,
  );
  const { data } = resizeBicubic(image, width, height);
  const table = levels(preprocessor);

  const rows = height / side, columns = width / side;
  const pixelValues = new Float32Array(rows * columns * 3 * frames * side * side);
  let o = 0;
  for (let top = 0; top < rows; top += merge) {
    for (let left = 0; left < columns; left += merge) {
      for (let k = 0; k < merge * merge; k++) {
        const y0 = (top + Math.floor(k / merge)) * side, x0 = (left + k % merge) * side;
        for (let channel = 0; channel < 3; channel++) {
          const level = channel * 256;
          for (let frame = 0; frame < frames; frame++) {
            for (let y = y0; y < y0 + side; y++) {
              let at = (y * width + x0) * 3 + channel;
              for (let x = 0; x < side; x++, at += 3) {
                pixelValues[o++] = table[level + data[at]!]!;
              }
            }
          }
        }
      }
    }
  }
  return { pixelValues, grid: [1, rows, columns] };
}

const tables = new WeakMap<Preprocessor, Float32Array>();

/**
 * The normalised value of each of the 256 levels, [channel, level], rounded to a float after each
 * step as in the reference.
 */
function levels(preprocessor: Preprocessor): Float32Array {
  const known = tables.get(preprocessor);
  if (known !== undefined) return known;
  const { rescaleFactor, mean, std } = preprocessor;
  const table = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel++) {
    const m = Math.fround(mean[channel]!), s = Math.fround(std[channel]!);
    for (let level = 0; level < 256; level++) {
      table[channel * 256 + level] = Math.fround(Math.fround(level * rescaleFactor) - m) /
        s;
    }
  }
  tables.set(preprocessor, table);
  return table;
}
