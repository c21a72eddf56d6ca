import sharp from "npm:sharp@0.35.5";
import { checkPictureFormat } from "./picture_format.ts";
import { readRegularFile } from "../files/regular_file.ts";

/** An 8-bit RGB image, row by row from the top left. */
export interface RgbImage {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** width · height · 3 bytes. */
  readonly data: Uint8Array;
}

/** How images are decoded. */
export interface DecodeOptions {
  /** What errors call the image; default: its path. */
  readonly name?: string;
  /** Largest width · height that is decoded; default: 2^28. */
  readonly maxPixels?: number;
}

/** Largest image file that is read, in bytes. */
export const PICTURE_BYTES = 2 ** 28;

/**
 * Decodes an image (PNG, JPEG, WebP, GIF, TIFF, AVIF; of several pages the first).
 *
 * Turns it as its EXIF orientation says and composes transparency onto white, as Qwen2-VL's
 * processor does. Greyscale, palettes, CMYK and 16 bits become 8-bit RGB.
 *
 * @param source The file's bytes, or its path.
 * @throws {TypeError} If the file cannot be decoded or is too large; the message names it.
 * @throws {Error} If the path cannot be read.
 *
 * @example
 * ```ts
 * import { decodeImage, encodePng } from "./image.ts";
 *
 * const red = { width: 1, height: 1, data: Uint8Array.of(255, 0, 0) };
 * await decodeImage(await encodePng(red)); // the same picture
 * ```
 */
export async function decodeImage(
  source: Uint8Array | string | URL,
  options: DecodeOptions = {},
): Promise<RgbImage> {
  const inMemory = source instanceof Uint8Array;
  const name = options.name ?? (inMemory ? "image in memory" : String(source));
  const bytes = inMemory ? source : await readRegularFile(source, PICTURE_BYTES);
  try {
    checkPictureFormat(bytes);
    const { data, info } = await sharp(bytes, {
      limitInputPixels: options.maxPixels ?? MOST_PIXELS,
    })
      .autoOrient()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const levels = new Uint8Array(data.buffer, data.byteOffset, data.length);
    if (channels === 3) return { width, height, data: levels };
    if (channels === 4) return { width, height, data: onWhite(levels, width * height) };
    throw new Error(`it has ${channels} channels`);
  } catch (error) {
    const why = reason(error);
    const isLarge = /pixel limit/i.test(why);
    throw new TypeError(
      isLarge
        ? `Cannot decode ${name}: it has more than ${
          options.maxPixels ?? MOST_PIXELS
        } pixels; make it smaller, or allow more by max-pixels`
        : `Cannot decode ${name}: ${why}; give a whole PNG, JPEG or WebP file`,
      { cause: error },
    );
  }
}

/** An image as the bytes of a PNG file. */
export async function encodePng(image: RgbImage): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height, data } = image;
  return new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 3 } }).png().toBuffer(),
  );
}

/** RGBA over white, rounded to nearest: Pillow's `alpha_composite`, not libvips' `flatten`. */
function onWhite(rgba: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0, from = 0, to = 0; i < pixels; i++, from += 4, to += 3) {
    const alpha = rgba[from + 3]!;
    for (let c = 0; c < 3; c++) {
      const value = alpha * rgba[from + c]! + (255 - alpha) * 255;
      rgb[to + c] = Math.round(value / 255);
    }
  }
  return rgb;
}

/** Pixels of an image, at most, if nothing else is said. */
const MOST_PIXELS = 2 ** 28;

/** What the library says first; what it says of its own settings is that the file is damaged. */
function reason(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split("\n")
    .map((line) => line.trim());
  return lines.find((line) => line !== "" && !line.includes("failOn")) ??
    "it is damaged or cut off";
}
