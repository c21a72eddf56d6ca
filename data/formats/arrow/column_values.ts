import { MOST_CHARACTERS } from "../examples.ts";
import { isLarge, isList, isText } from "./columns.ts";
import type { Column, NumberType, Region } from "./messages.ts";

/** A value of a column: a text, a number, or a list of them. */
export type Value = string | number | null | readonly Value[];

/** Reads parts of a batch's body. */
export interface Body {
  /** Reads a region, all of it. */
  region(region: Region): Promise<Uint8Array<ArrayBuffer>>;
  /** An error that names the file. */
  fault(reason: string): SyntaxError;
}

/**
 * The values of a column of texts, numbers or lists of them.
 *
 * @throws {SyntaxError} If the column is damaged.
 */
export async function columnValues(
  column: Column,
  body: Body,
): Promise<readonly Value[]> {
  const { field, length, buffers } = column;
  if (length === 0) return [];
  const isThere = await validity(column, body);
  if (isList(field)) {
    const child = column.children[0]!;
    const offsets = await columnOffsets(column, child.length, body);
    const elements = await columnValues(child, body);
    return made(
      length,
      (i) => isThere(i) ? elements.slice(offsets[i], offsets[i + 1]) : null,
    );
  }
  const data = buffers[isText(field) ? 2 : 1]!, bytes = data.end - data.start;
  if (bytes > MOST_CHARACTERS) {
    throw body.fault(`its column ${field.name} has ${bytes} bytes in one batch`);
  }
  if (isText(field)) {
    const offsets = await columnOffsets(column, bytes, body);
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    const held = await body.region(data);
    return made(length, (i) => {
      if (!isThere(i)) return null;
      try {
        return decoder.decode(held.subarray(offsets[i], offsets[i + 1]));
      } catch {
        throw body.fault(`its column ${field.name} has a text that is not UTF-8`);
      }
    });
  }
  const { bits, kind } = field.number!;
  if (length * bits > bytes * 8) {
    throw body.fault(`the column ${field.name} has ${bytes} bytes for ${length} numbers`);
  }
  const view = new DataView((await body.region(data)).buffer);
  return made(length, (i) => {
    if (!isThere(i)) return null;
    const value = numberAt(view, i * bits / 8, `${kind} ${bits}`);
    const isExact = kind === "float"
      ? Number.isFinite(value)
      : Number.isSafeInteger(value);
    if (isExact) return value;
    throw body.fault(
      `its column ${field.name} has the number ${value}, which is not read`,
    );
  });
}

/**
 * Where each value of a column begins and the last one ends, in ascending order.
 *
 * @param most What there is to be shared among them: bytes, or elements of a list.
 */
export async function columnOffsets(
  { field, length, buffers }: Column,
  most: number,
  { region, fault }: Body,
): Promise<Float64Array> {
  if (length === 0) return new Float64Array(1);
  const { start, end } = buffers[1]!, width = isLarge(field) ? 8 : 4;
  if (end - start < (length + 1) * width) {
    throw fault(`the column ${field.name} has ${end - start} bytes for ${length} rows`);
  }
  const offsets = new Float64Array(1 + length);
  const { buffer } = await region({ start, end: start + (length + 1) * width });
  const view = new DataView(buffer);
  for (let i = 0; i <= length; i++) {
    offsets[i] = offsetAt(view, i * width, width);
    const least = i === 0 ? 0 : offsets[i - 1]!;
    if (offsets[i]! >= least && offsets[i]! <= most) continue;
    throw fault(
      `value ${i} of the column ${field.name} ends at ${offsets[i]} of ${most}`,
    );
  }
  return offsets;
}

/** Called when it is known that the file can hold so many. */
function made(length: number, value: (i: number) => Value): readonly Value[] {
  return Array.from({ length }, (_, i) => value(i));
}

/** An offset of four or eight bytes. */
export function offsetAt(view: DataView, at: number, width: number): number {
  return width === 8 ? Number(view.getBigInt64(at, true)) : view.getInt32(at, true);
}

/** Which values of a column are there. */
export async function validity(
  { field, nulls, length, buffers }: Column,
  { region, fault }: Body,
): Promise<(i: number) => boolean> {
  if (nulls === 0) return () => true;
  const bits = await region(buffers[0]!);
  if (bits.length * 8 < length) {
    throw fault(
      `${bits.length} bytes tell which of ${length} values of ${field.name} are there`,
    );
  }
  return (i) => (bits[i >> 3]! >> (i & 7) & 1) === 1;
}

function numberAt(view: DataView, at: number, type: `${NumberType["kind"]} ${number}`) {
  switch (type) {
    case "float 32":
      return view.getFloat32(at, true);
    case "float 64":
      return view.getFloat64(at, true);
    case "signed 32":
      return view.getInt32(at, true);
    case "unsigned 32":
      return view.getUint32(at, true);
    case "signed 64":
      return Number(view.getBigInt64(at, true));
    default:
      return Number(view.getBigUint64(at, true));
  }
}
