import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { quoted } from "../short_text.ts";
import { BadImage, type Picture, pictureInFolder } from "./picture.ts";
import { pictureFormat } from "./picture_format.ts";

/** An image as a line of data names it. */
export type ImageRef =
  /** The path of a file, below the folder of the images or absolute and within it. */
  | { readonly kind: "path"; readonly path: string }
  /** The image file itself, in base64. */
  | { readonly kind: "inline"; readonly base64: string; readonly name: string };

/** Characters of a path, at most. */
const PATH_LENGTH = 4096;

const DATA_URL = /^data:(?:image\/[\w.+-]+)?(?:;[\w=-]+)*;base64,/i;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/**
 * Reads how a line names an image: a path, a `file://` URL, a data URL, the file's bytes in bare
 * base64, or one of them in an object, as `{"path": …}` or `{"bytes": …}`.
 *
 * @throws {SyntaxError} If it is none of them, or an address on the network: says what to write. No
 * message has more than a line of what was written.
 *
 * @example
 * ```ts
 * import { readImageRef } from "./image_ref.ts";
 *
 * readImageRef({ path: "images/1.jpg" }); // { kind: "path", path: "images/1.jpg" }
 * ```
 */
export function readImageRef(value: unknown): ImageRef {
  if (typeof value === "string") return ofText(value);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const { bytes, path } = value as { bytes?: unknown; path?: unknown };
    if (typeof bytes === "string" && bytes !== "") return inline(bytes, "bytes");
    if (typeof path === "string") return ofText(path);
  }
  throw new SyntaxError(`an image is a path or a data URL, not ${quoted(value)}`);
}

function ofText(text: string): ImageRef {
  const shown = text.trim();
  if (shown === "") throw new SyntaxError("the path of an image is empty");
  const [head] = DATA_URL.exec(shown) ?? [];
  if (head !== undefined) return inline(shown.slice(head.length), "data URL");
  if (/^data:/i.test(shown)) {
    throw new SyntaxError(`the data URL ${quoted(shown, 40)} is not an image in base64`);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(shown) && !/^file:/i.test(shown)) {
    throw new SyntaxError(
      `the image ${quoted(shown)} is on the network: download it and give its path`,
    );
  }
  if (/^file:/i.test(shown)) return { kind: "path", path: pathOfUrl(shown) };
  if (isInline(shown)) return inline(shown, "text");
  if (shown.length > PATH_LENGTH) {
    throw new SyntaxError(
      `the path of an image has ${shown.length} characters, more than ${PATH_LENGTH}: ` +
        quoted(shown),
    );
  }
  return { kind: "path", path: text };
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new SyntaxError(
      `the image ${quoted(url)} is no file of this machine: give its path`,
    );
  }
}

/** Whether a text is the beginning of an image file in base64; names of files are shorter. */
function isInline(text: string): boolean {
  if (text.length < 100 || !BASE64.test(text.slice(0, 96))) return false;
  const head = decode(text.slice(0, 96));
  return head !== undefined && pictureFormat(head) !== undefined;
}

function inline(base64: string, what: string): ImageRef {
  if (decode(base64.slice(0, 96)) === undefined || !BASE64.test(base64.slice(-8))) {
    throw new SyntaxError(`the ${what} of an image is not base64: ${quoted(base64, 40)}`);
  }
  const sha256 = createHash("sha256").update(base64).digest("hex");
  return { kind: "inline", base64, name: `inline ${sha256.slice(0, 16)}` };
}

function decode(base64: string): Uint8Array | undefined {
  const whole = base64.replace(/\s+/g, "");
  try {
    return Uint8Array.fromBase64(whole.slice(0, whole.length - whole.length % 4));
  } catch {
    return undefined;
  }
}

/** What an image is called in records; equal for equal images. */
export function imageName(ref: ImageRef): string {
  return ref.kind === "path" ? ref.path : ref.name;
}

/**
 * The image that a line names.
 *
 * @param folder The folder of the images: nothing outside of it is read.
 * @param place File and line, for errors.
 * @throws {RangeError} If the path leads out of the folder.
 */
export function pictureOfRef(ref: ImageRef, folder: string, place: string): Picture {
  if (ref.kind === "path") return pictureInFolder(folder, ref.path, place);
  const name = `${place}: ${ref.name}`;
  return {
    name,
    bytes() {
      const bytes = decode(ref.base64);
      if (bytes !== undefined) return Promise.resolve(bytes);
      return Promise.reject(
        new BadImage(`${name}: its base64 is damaged; write it again`),
      );
    },
  };
}
