import { ELEMENT_BYTES } from "./header.ts";

type Fill = (into: Uint8Array<ArrayBuffer>) => Promise<void>;

/**
 * Reads little-endian elements and widens them to 32-bit floats.
 *
 * A 16-bit tensor is read into the upper half of the result and widened upwards in place:
 * element i is written to bytes 4i…4i+3, and the next unread one lies at 2n + 2i + 2 or
 * later, so nothing is overwritten before it is read and no second buffer is needed.
 *
 * @param bytes Size of the tensor in the file.
 * @throws {TypeError} If elements of this dtype cannot be read as floats.
 */
export async function widen(
  dtype: string,
  bytes: number,
  fill: Fill,
): Promise<Float32Array<ArrayBuffer>> {
  const length = bytes / (ELEMENT_BYTES.get(dtype) ?? NaN);
  if (dtype === "F32") {
    const out = new Float32Array(length);
    await fill(new Uint8Array(out.buffer));
    return out;
  }
  if (dtype === "F16" || dtype === "BF16") {
    const out = new Float32Array(length);
    await fill(new Uint8Array(out.buffer, 2 * length));
    if (dtype === "F16") {
      const half = new Float16Array(out.buffer, 2 * length);
      for (let i = 0; i < length; i++) out[i] = half[i]!;
    } else {
      const half = new Uint16Array(out.buffer, 2 * length);
      const bits = new Uint32Array(out.buffer);
      for (let i = 0; i < length; i++) bits[i] = half[i]! << 16;
    }
    return out;
  }
  const raw = new Uint8Array(bytes);
  await fill(raw);
  switch (dtype) {
    case "BOOL":
    case "U8":
      return Float32Array.from(raw);
    case "I8":
      return Float32Array.from(new Int8Array(raw.buffer));
    case "U16":
      return Float32Array.from(new Uint16Array(raw.buffer));
    case "I16":
      return Float32Array.from(new Int16Array(raw.buffer));
    case "U32":
      return Float32Array.from(new Uint32Array(raw.buffer));
    case "I32":
      return Float32Array.from(new Int32Array(raw.buffer));
    case "U64":
      return Float32Array.from(new BigUint64Array(raw.buffer), Number);
    case "I64":
      return Float32Array.from(new BigInt64Array(raw.buffer), Number);
    case "F64":
      return Float32Array.from(new Float64Array(raw.buffer));
    default:
      throw new TypeError(
        `Tensors of dtype ${dtype} cannot be read: convert the file to F32, F16 or BF16`,
      );
  }
}
