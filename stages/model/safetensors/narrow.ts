/** A dtype that floats can be written in. */
export type FloatDtype = "f32" | "f16" | "bf16";

/**
 * Bytes of 32-bit floats in a dtype of a safetensors file, little-endian.
 *
 * Rounds to the nearest, ties to even; numbers beyond a half's range become infinite.
 */
export function narrow(
  data: Float32Array<ArrayBuffer>,
  dtype: FloatDtype,
): Uint8Array<ArrayBuffer> {
  if (dtype === "f32") {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  if (dtype === "f16") return new Uint8Array(new Float16Array(data).buffer);
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const out = new Uint16Array(data.length);
  for (let i = 0; i < out.length; i++) {
    const b = bits[i]!;
    // Rounding would carry a NaN with low bits into infinity: keep it quiet instead.
    out[i] = (b & 0x7fffffff) > 0x7f800000
      ? (b >>> 16) | 0x40
      : (b + 0x7fff + ((b >>> 16) & 1)) >>> 16;
  }
  return new Uint8Array(out.buffer);
}
