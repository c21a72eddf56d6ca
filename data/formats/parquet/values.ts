/** A piece of a page that is read from its start to its end. */
export interface Cursor {
  /** What is read. */
  readonly bytes: Uint8Array;
  /** The next byte to read. */
  at: number;
}

function byte(cursor: Cursor): number {
  if (cursor.at < cursor.bytes.length) return cursor.bytes[cursor.at++]!;
  throw new SyntaxError(`a page ends at byte ${cursor.at}, in the middle of its values`);
}

function varint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const part = byte(cursor);
    value += (part & 127) * 2 ** shift;
    if (part < 128) return value;
  }
  throw new SyntaxError("a number in a page does not end");
}

/** A number in four bytes, the least first. */
export function uint32(cursor: Cursor): number {
  return byte(cursor) + byte(cursor) * 2 ** 8 + byte(cursor) * 2 ** 16 +
    byte(cursor) * 2 ** 24;
}

/** The next `length` bytes. */
export function take(cursor: Cursor, length: number): Uint8Array {
  const { bytes, at } = cursor;
  if (!(length >= 0 && length <= bytes.length - at)) {
    throw new SyntaxError(
      `a page has ${bytes.length - at} bytes left where ${length} are declared`,
    );
  }
  cursor.at += length;
  return bytes.subarray(at, at + length);
}

/**
 * Numbers of `width` bits in runs and packs (parquet's RLE and bit-packing hybrid).
 *
 * @param count How many there are; longer runs are cut off.
 */
export function readHybrid(cursor: Cursor, width: number, count: number): Uint32Array {
  if (width > 32) throw new SyntaxError(`numbers of ${width} bits are declared`);
  const values = new Uint32Array(count);
  for (let seen = 0; seen < count;) {
    const head = varint(cursor);
    if (head % 2 === 0) {
      const length = Math.min(head / 2, count - seen);
      let value = 0;
      for (let i = 0; i < Math.ceil(width / 8); i++) value += byte(cursor) * 2 ** (8 * i);
      values.fill(value, seen, seen + length);
      seen += length;
    } else {
      const length = Math.min((head - 1) / 2 * 8, count - seen);
      // Packs are padded to eight numbers; some writers leave the last padding out.
      const packed = take(
        cursor,
        Math.min((head - 1) / 2 * width, cursor.bytes.length - cursor.at),
      );
      if (packed.length * 8 < length * width) {
        throw new SyntaxError(`a page ends in the middle of ${length} packed numbers`);
      }
      unpack(packed, width, values.subarray(seen, seen + length));
      seen += length;
    }
  }
  return values;
}

function unpack(packed: Uint8Array, width: number, values: Uint32Array): void {
  let held = 0, bits = 0, at = 0;
  const above = 2 ** width;
  for (let i = 0; i < values.length; i++) {
    for (; bits < width; bits += 8) held += packed[at++]! * 2 ** bits;
    values[i] = held % above;
    held = Math.floor(held / above);
    bits -= width;
  }
}

/** Whole numbers of 32 bits as differences (parquet's DELTA_BINARY_PACKED). */
export function readDeltas(cursor: Cursor, count: number): Int32Array {
  const block = varint(cursor), minis = varint(cursor);
  const total = varint(cursor);
  const each = block / minis;
  if (!(minis >= 1 && minis <= 512 && block <= 2 ** 20 && each % 8 === 0)) {
    throw new SyntaxError(
      `blocks of ${block} differences in ${minis} parts are declared`,
    );
  }
  if (total !== count) {
    throw new SyntaxError(`${total} lengths are declared for ${count} values`);
  }
  const values = new Int32Array(count);
  const zigzag = () => {
    const value = varint(cursor);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  let value = zigzag(), seen = 0;
  if (count > 0) values[seen++] = value;
  while (seen < count) {
    const least = zigzag();
    const widths = take(cursor, minis);
    for (let mini = 0; mini < minis && seen < count; mini++) {
      const width = widths[mini]!;
      if (width > 32) throw new SyntaxError(`differences of ${width} bits are declared`);
      const deltas = new Uint32Array(Math.min(each, count - seen));
      const left = cursor.bytes.length - cursor.at;
      const packed = take(cursor, Math.min(each * width / 8, left));
      if (packed.length * 8 < deltas.length * width) {
        throw new SyntaxError(
          `a page ends in the middle of ${deltas.length} differences`,
        );
      }
      unpack(packed, width, deltas);
      for (const delta of deltas) {
        value = (value + least + delta) | 0;
        values[seen++] = value;
      }
    }
  }
  return values;
}

/** Byte arrays, each behind its length (PLAIN). */
export function readPlain(cursor: Cursor, count: number): Uint8Array[] {
  if (count * 4 > cursor.bytes.length - cursor.at) {
    throw new SyntaxError(
      `${count} values are declared in ${cursor.bytes.length - cursor.at} bytes`,
    );
  }
  const values: Uint8Array[] = [];
  for (let i = 0; i < count; i++) values.push(take(cursor, uint32(cursor)));
  return values;
}

/** Values of `width` bytes each (PLAIN). */
export function readFixed(cursor: Cursor, count: number, width: number): Uint8Array[] {
  const bytes = take(cursor, count * width);
  return Array.from(
    { length: count },
    (_, i) => bytes.subarray(i * width, (i + 1) * width),
  );
}

/** Byte arrays behind the lengths of all (DELTA_LENGTH_BYTE_ARRAY). */
export function readDeltaLengths(cursor: Cursor, count: number): Uint8Array[] {
  return Array.from(readDeltas(cursor, count), (length) => take(cursor, length));
}

/**
 * Byte arrays without what each shares with the one before (DELTA_BYTE_ARRAY).
 *
 * @param most Bytes that all of them may have together: sharing unfolds to the square.
 */
export function readDeltaStrings(
  cursor: Cursor,
  count: number,
  most: number,
): Uint8Array[] {
  const shared = readDeltas(cursor, count), rests = readDeltas(cursor, count);
  const values: Uint8Array[] = [];
  let last = new Uint8Array(), sum = 0;
  for (let i = 0; i < count; i++) {
    const rest = take(cursor, rests[i]!), prefix = shared[i]!;
    if (!(prefix >= 0 && prefix <= last.length)) {
      throw new SyntaxError(`a value shares ${prefix} bytes of one of ${last.length}`);
    }
    sum += prefix + rest.length;
    if (sum > most) throw new SyntaxError(`a page unfolds to more than ${most} bytes`);
    const value = new Uint8Array(prefix + rest.length);
    value.set(last.subarray(0, prefix));
    value.set(rest, prefix);
    values.push(last = value);
  }
  return values;
}
