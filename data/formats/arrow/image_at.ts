import { PICTURE_BYTES } from "../../pictures/image.ts";
import type { StoredImage } from "../examples.ts";
import { offsetAt } from "./column_values.ts";
import { isBinary, isLarge, isList, isText } from "./columns.ts";
import { type Column, type Region, STRUCT } from "./messages.ts";
import { type StreamFile, withStream } from "./stream_file.ts";

/** Where a batch's images are. */
export interface ImageBatch {
  /** Of the file. */
  readonly path: string;
  /** First byte of the batch's body in the file. */
  readonly body: number;
  /** The column of the images. */
  readonly image: Column;
}

/**
 * Reads an image from its file.
 *
 * @param row Its row in the batch.
 * @param at Its place in the row's list.
 */
export async function imageAt(
  { path, body, image }: ImageBatch,
  row: number,
  at: number,
): Promise<StoredImage | null> {
  return await withStream(path, async (file) => {
    if (!isList(image.field)) return await storedImage(file, body, image, row);
    const { start, end } = await span(file, body, image, row);
    const elements = image.children[0]!;
    if (start + at < end && end <= elements.length) {
      return await storedImage(file, body, elements, start + at);
    }
    throw file.fault(`image ${at} lies outside of its list`);
  });
}

async function storedImage(
  file: StreamFile,
  body: number,
  column: Column,
  row: number,
): Promise<StoredImage | null> {
  const { field, children } = column;
  const isStruct = field.type === STRUCT;
  if (isStruct && await isNull(file, body, column, row)) return null;
  const leaf = (name: string, fits: (field: Column["field"]) => boolean) =>
    isStruct
      ? children.find(({ field }) => field.name === name && fits(field))
      : fits(field)
      ? column
      : undefined;
  const bytes = await valueAt(file, body, leaf("bytes", isBinary), row);
  const path = await valueAt(file, body, leaf("path", isText), row);
  if (!isStruct && bytes === undefined && path === undefined) return null;
  return { ...bytes && { bytes }, ...path && { path: new TextDecoder().decode(path) } };
}

async function valueAt(
  file: StreamFile,
  body: number,
  column: Column | undefined,
  row: number,
): Promise<Uint8Array | undefined> {
  if (column === undefined || await isNull(file, body, column, row)) return undefined;
  const { start, end } = await span(file, body, column, row);
  if (end - start > PICTURE_BYTES) {
    throw file.fault(`an image has ${end - start} bytes, more than ${PICTURE_BYTES}`);
  }
  return await part(file, body, column.buffers[2]!, start, end - start);
}

/** Where a value begins and ends: a byte array in its data, a list among its elements. */
async function span(file: StreamFile, body: number, column: Column, row: number) {
  const width = isLarge(column.field) ? 8 : 4;
  const pair = await part(file, body, column.buffers[1]!, row * width, 2 * width);
  const view = new DataView(pair.buffer);
  const start = offsetAt(view, 0, width), end = offsetAt(view, width, width);
  if (start >= 0 && end >= start) return { start, end };
  throw file.fault(`an image lies at ${start} to ${end}`);
}

async function isNull(
  file: StreamFile,
  body: number,
  { nulls, buffers }: Column,
  row: number,
): Promise<boolean> {
  if (nulls === 0) return false;
  const [bits] = await part(file, body, buffers[0]!, row >> 3, 1);
  return (bits! >> (row & 7) & 1) === 0;
}

function part(
  file: StreamFile,
  body: number,
  { start, end }: Region,
  from: number,
  length: number,
) {
  if (start + from + length <= end) return file.at(body + start + from, length);
  throw file.fault("an image lies outside of its column");
}
