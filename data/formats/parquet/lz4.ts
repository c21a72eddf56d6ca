/**
 * Unpacks LZ4 as parquet files have it: blocks behind their sizes, as Hadoop writes them, or else one
 * block without them.
 *
 * @param size Bytes that it unpacks to.
 * @throws {SyntaxError} If it is damaged, or unpacks to more or fewer bytes.
 */
export function unpackLz4(packed: Uint8Array, size: number): Uint8Array {
  return unpackBlocks(packed, size) ?? unpackLz4Block(packed, size);
}

/** Blocks behind their sizes; `undefined` if they are none. */
function unpackBlocks(packed: Uint8Array, size: number): Uint8Array | undefined {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const whole = new Uint8Array(size);
  let from = 0, to = 0;
  while (from < packed.length) {
    if (packed.length - from < 8) return undefined;
    const unpackedBytes = view.getUint32(from), packedBytes = view.getUint32(from + 4);
    from += 8;
    if (packedBytes > packed.length - from || unpackedBytes > size - to) return undefined;
    const block = packed.subarray(from, from + packedBytes);
    if (fill(block, whole.subarray(to, to + unpackedBytes)) !== undefined) {
      return undefined;
    }
    from += packedBytes;
    to += unpackedBytes;
  }
  return to === size ? whole : undefined;
}

/**
 * Unpacks one block of LZ4.
 *
 * @throws {SyntaxError} If it is damaged, or unpacks to more or fewer bytes.
 */
export function unpackLz4Block(packed: Uint8Array, size: number): Uint8Array {
  const whole = new Uint8Array(size);
  const fault = fill(packed, whole);
  if (fault === undefined) return whole;
  throw new SyntaxError(fault);
}

/** Unpacks a block into all of `out`; what is wrong with it, if anything is. */
function fill(packed: Uint8Array, out: Uint8Array): string | undefined {
  let from = 0, to = 0;
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    if (nibble < 15) return length;
    for (let byte = 255; byte === 255;) {
      byte = from < packed.length ? packed[from++]! : NaN;
      length += byte;
    }
    return length;
  };
  while (from < packed.length) {
    const token = packed[from++]!, literals = lengthOf(token >> 4);
    if (!(literals <= packed.length - from && literals <= out.length - to)) {
      return `the LZ4 block has no room for ${literals} bytes at byte ${from}`;
    }
    out.set(packed.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    if (from === packed.length) break; // the last sequence is literals alone
    if (packed.length - from < 2) return `the LZ4 block ends at byte ${from}`;
    const offset = packed[from]! + packed[from + 1]! * 256;
    from += 2;
    const length = lengthOf(token & 15) + 4;
    if (!(offset > 0 && offset <= to && length <= out.length - to)) {
      return `the LZ4 block repeats ${length} bytes ${offset} before byte ${to}`;
    }
    for (let i = 0; i < length; i++) out[to + i] = out[to + i - offset]!;
    to += length;
  }
  return to === out.length
    ? undefined
    : `the LZ4 block has ${to} bytes where ${out.length} are declared`;
}
