import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

/** Bytes of a text. */
export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Bytes behind each other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A chunk of a PNG file. */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined(bytesOf(type), data), frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, data.length);
  frame.setUint32(4, crc32(body));
  const ends = new Uint8Array(frame.buffer);
  return joined(ends.subarray(0, 4), body, ends.subarray(4));
}

/** How a PNG file is made. */
export interface PngOptions {
  /** Of all pixels. @default 120 */
  readonly grey?: number;
  /** In place of the pixels that the size asks for, before they are packed. */
  readonly raw?: Uint8Array;
  /** In front of the pixels. */
  readonly extra?: Uint8Array;
}

/** A PNG file of grey RGB pixels. */
export function png(
  width: number,
  height: number,
  { grey = 120, raw, extra = new Uint8Array() }: PngOptions = {},
): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(13), view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, 2, 0, 0, 0], 8);
  const row = new Uint8Array(1 + 3 * (raw ? 0 : width)).fill(grey);
  row[0] = 0;
  const rows = raw ?? joined(...Array<Uint8Array>(height).fill(row));
  return joined(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10),
    pngChunk("IHDR", head),
    extra,
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", new Uint8Array()),
  );
}

/** Makes a named pipe. */
export async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`${path} cannot be made a named pipe`);
}

/** Writes a file, and the folders above it. */
export async function put(
  folder: string,
  name: string,
  content: string | Uint8Array,
): Promise<string> {
  const path = join(folder, name);
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeFile(path, typeof content === "string" ? bytesOf(content) : content);
  return path;
}

/** Two good pictures, `a.png` and `b.png`, in `images/`. */
export async function putPictures(folder: string): Promise<void> {
  await put(folder, "images/a.png", png(64, 64));
  await put(folder, "images/b.png", png(64, 64, { grey: 10 }));
}

/** Lines about the two good pictures. */
export const GOOD = [
  { image: "images/a.png", label: "cat" },
  { image: "images/b.png", label: "dog" },
];

/** Lines of JSON. */
export function lines(rows: readonly unknown[]): string {
  return rows.map((row) => JSON.stringify(row) + "\n").join("");
}
