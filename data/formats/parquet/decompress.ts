import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { compressors } from "npm:hyparquet-compressors@1.1.2";
import { unpackLz4, unpackLz4Block } from "./lz4.ts";

const UNCOMPRESSED = 0;

/** Compressions by their numbers in parquet; none makes more than `size` bytes. */
const CODECS: Readonly<
  Record<number, (bytes: Uint8Array, size: number) => Uint8Array>
> = {
  [UNCOMPRESSED]: (bytes) => bytes,
  1: (bytes, size) => compressors.SNAPPY!(bytes, size),
  2: (bytes, size) => gunzipSync(bytes, { maxOutputLength: size }),
  4: (bytes, size) => brotliDecompressSync(bytes, { maxOutputLength: size }),
  5: unpackLz4,
  6: (bytes, size) => zstdDecompressSync(bytes, { maxOutputLength: size }),
  7: unpackLz4Block,
};

/**
 * Unpacks a page, to no more bytes than it declares.
 *
 * @param codec The compression's number in parquet.
 * @throws {SyntaxError} If it is damaged, or has another size than it declares.
 */
export function decompress(bytes: Uint8Array, codec: number, size: number): Uint8Array {
  const unpack = CODECS[codec];
  if (unpack === undefined) {
    throw new SyntaxError(`its compression ${codec} is unknown`);
  }
  // Nothing packed is as large: those of LZ4 and Snappy grow by a 255th and a 6th.
  if (bytes.length > size + size / 4 + 1024) {
    throw new SyntaxError(`${bytes.length} bytes are declared to unpack to ${size}`);
  }
  if (size === 0) return new Uint8Array();
  let unpacked: Uint8Array;
  try {
    unpacked = unpack(bytes, size);
  } catch (error) {
    throw new SyntaxError(
      `a page does not unpack to ${size} bytes: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (unpacked.length === size) return unpacked;
  throw new SyntaxError(
    `a page unpacks to ${unpacked.length} bytes where ${size} are declared`,
  );
}
