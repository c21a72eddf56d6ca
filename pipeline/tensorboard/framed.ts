// @ts-types="npm:crc-32@1.2.2"
import CRC32C from "npm:crc-32@1.2.2/crc32c.js";

/**
 * Bytes as a record of TensorFlow's TFRecord files: length as 8 bytes, its checksum, the bytes,
 * their checksum. Numbers are little-endian. Checksums are CRC-32C (Castagnoli), masked as in
 * TensorFlow, since the checksum of data that contain their own checksum is of little use:
 *
 *   masked(c) = ((c >>> 15) | (c << 17)) + 0xa282ead8   (mod 2^32)
 *
 * Source: tensorflow/core/lib/io/record_writer.h.
 *
 * @example
 * ```ts
 * import { framed } from "./framed.ts";
 *
 * framed(new Uint8Array(3)).length; // 3 + 16
 * ```
 */
export function framed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(bytes.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(bytes.length), true);
  view.setUint32(8, masked(CRC32C.buf(record.subarray(0, 8))), true);
  record.set(bytes, 12);
  view.setUint32(12 + bytes.length, masked(CRC32C.buf(bytes)), true);
  return record;
}

/** In [0, 2^32). */
function masked(checksum: number): number {
  const turned = (checksum >>> 15) | (checksum << 17);
  return (turned + 0xa282ead8) >>> 0;
}
