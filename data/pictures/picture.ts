import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import sharp from "npm:sharp@0.35.5";
import { isStrip, MAX_ASPECT_RATIO } from "./aspect_ratio.ts";
import { decodeImage, PICTURE_BYTES, type RgbImage } from "./image.ts";
import { checkPictureFormat } from "./picture_format.ts";
import { quoted } from "../short_text.ts";
import { readRegularFile } from "../files/regular_file.ts";

/**
 * An image of a data set that cannot be read: missing, broken or too large. A run may leave out
 * these images, and nothing else.
 */
export class BadImage extends TypeError {}

/** An image that is read when it is needed. */
export interface Picture {
  /** What errors call it: its file and place, as in `train.jsonl, line 3: cat.png`. */
  readonly name: string;
  /** The file's bytes, as they are. @throws {BadImage} If they cannot be read. */
  bytes(): Promise<Uint8Array>;
}

/** Largest image of a data set that is decoded, in pixels: 400 MB as RGBA. */
export const DECODE_LIMIT = 100_000_000;

/**
 * Decodes an image of a data set.
 *
 * @param maxPixels Larger ones are refused before they are unpacked.
 * @throws {BadImage} If it cannot be read or decoded, or if one side is more than
 * {@linkcode MAX_ASPECT_RATIO} times the other; the message has its name.
 */
export async function decodePicture(
  picture: Picture,
  maxPixels = DECODE_LIMIT,
): Promise<RgbImage> {
  const bytes = await picture.bytes();
  checkShape(picture.name, await sizeIn(picture.name, bytes));
  try {
    return await decodeImage(bytes, { name: picture.name, maxPixels });
  } catch (error) {
    throw new BadImage((error as Error).message, { cause: error });
  }
}

/** Refuses a strip here: a model that is shown one would end the run halfway. */
function checkShape(name: string, size: PictureSize): void {
  if (!isStrip(size)) return;
  throw new BadImage(
    `${name} has ${size.width} x ${size.height} pixels: one side may be at most ${MAX_ASPECT_RATIO} ` +
      "times the other; crop the image, or remove it",
  );
}

/** The size of an image. */
export interface PictureSize {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/**
 * Width and height of an image as it is seen, turned as its EXIF orientation says; nothing but
 * its header is decoded.
 *
 * @throws {BadImage} If it cannot be read, or its header cannot.
 */
export async function pictureSize(picture: Picture): Promise<PictureSize> {
  return await sizeIn(picture.name, await picture.bytes());
}

async function sizeIn(name: string, bytes: Uint8Array): Promise<PictureSize> {
  try {
    checkPictureFormat(bytes);
    const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch (error) {
    const reason = (error as Error).message.split("\n", 1)[0];
    throw new BadImage(
      `Cannot decode ${name}: ${reason}; give a whole PNG, JPEG or WebP file`,
      { cause: error },
    );
  }
}

/** An image that is in memory already. */
export function pictureOfBytes(name: string, bytes: Uint8Array): Picture {
  return { name, bytes: () => Promise.resolve(bytes) };
}

/**
 * An image of a folder.
 *
 * @param root The data's own folder: nothing outside of it is read.
 * @param path Relative to the root, or absolute and within it.
 * @param place Where the path is written, for errors.
 * @returns An image whose `bytes()` rejects with a `RangeError` if a link leads out of the folder.
 * @throws {RangeError} If the path leads out of the folder.
 */
export function pictureInFolder(root: string, path: string, place: string): Picture {
  const base = resolve(root), full = resolve(base, path);
  const slashed = resolve(base, withSlashes(path));
  if (path.includes("\0") || !isWithin(base, full) || !isWithin(base, slashed)) {
    throw outside(path, place);
  }
  const name = `${place}: ${path}`;
  return {
    name,
    async bytes() {
      let real: string, realBase: string;
      try {
        [real, realBase] = await Promise.all([
          realpath(full).catch((error) =>
            slashed === full ? Promise.reject(error) : realpath(slashed)
          ),
          realpath(base),
        ]);
      } catch (error) {
        throw missing(name, error);
      }
      if (!isWithin(realBase, real)) throw outside(path, place);
      try {
        return await readRegularFile(real, PICTURE_BYTES);
      } catch (error) {
        throw missing(name, error);
      }
    },
  };
}

/** A path as Windows writes it, with slashes; read if there is no file of the very name. */
function withSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/** A path relative to a folder, with slashes: as ids and manifests have it. */
export function pathWithin(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

/**
 * The folder that the relative paths of an annotation file's images start from: the one given,
 * else the file's own folder if it has the first image, else `images` beside the file.
 */
export async function pictureFolder(
  folder: string,
  given: string | undefined,
  first: string | undefined,
): Promise<string> {
  if (given !== undefined) return resolve(folder, given);
  if (
    first === undefined || isAbsolute(first) ||
    await exists(join(folder, withSlashes(first)))
  ) {
    return folder;
  }
  const beside = join(folder, "images");
  return await exists(join(beside, withSlashes(first))) ? beside : folder;
}

async function exists(path: string): Promise<boolean> {
  return await realpath(path).then(() => true, () => false);
}

function isWithin(base: string, full: string): boolean {
  const way = relative(base, full);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function outside(path: string, place: string): RangeError {
  return new RangeError(
    `${place}: the image ${quoted(path)} is outside of the data's folder: ` +
      "keep images in it, or name their folder with images=DIR",
  );
}

function missing(name: string, error: unknown): BadImage {
  const { code } = error as { code?: string };
  const reason = code === "ENOENT" || code === "ENOTDIR"
    ? "there is no such file"
    : error instanceof TypeError
    ? "it is a folder, pipe or device"
    : error instanceof RangeError
    ? `its file has more than ${PICTURE_BYTES} bytes`
    : "it cannot be read";
  return new BadImage(
    `${name}: ${reason}; put the image there, or remove what names it`,
    {
      cause: error,
    },
  );
}
