/** The image formats that are read. */
export type PictureFormat = "PNG" | "JPEG" | "WebP" | "GIF" | "TIFF" | "AVIF";

/**
 * An image's format by its first bytes, whatever its name says; nothing if it is none of those
 * that are read.
 *
 * SVG and PDF are not read: they can include other files, unfold into billions of shapes and
 * filter for hours.
 *
 * @example
 * ```ts
 * import { pictureFormat } from "./picture_format.ts";
 *
 * pictureFormat(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)); // "JPEG"
 * pictureFormat(new TextEncoder().encode("<svg/>")); // undefined
 * ```
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  const head = textOf(bytes.subarray(0, 64));
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "PNG";
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "JPEG";
  if (/^RIFF.{4}WEBP/s.test(head)) return "WebP";
  if (/^GIF8[79]a/.test(head)) return "GIF";
  if (/^(II[*+]\0|MM\0[*+])/.test(head)) return "TIFF";
  if (/^.{4}ftyp.*avi[fs]/s.test(head)) return "AVIF";
  return undefined;
}

/** A character a byte; the decoder of Latin-1 is one of windows-1252. */
function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/**
 * Checks that bytes are an image of a format that is read.
 *
 * @throws {TypeError} Says what they are instead.
 */
export function checkPictureFormat(bytes: Uint8Array): void {
  if (pictureFormat(bytes) !== undefined) return;
  if (bytes.length === 0) throw new TypeError("it has no bytes");
  const head = textOf(bytes.subarray(0, 1024));
  if (/<svg|<!DOCTYPE svg/i.test(head)) {
    throw new TypeError("it is SVG, which may include other files");
  }
  throw new TypeError("it is not PNG, JPEG, WebP, GIF, TIFF or AVIF");
}
