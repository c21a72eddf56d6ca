import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf } from "./kernel.ts";

/** Numbers that XNNPACK adds up at once; behind the last full block it adds in another order. */
const BLOCK = 16;

/**
 * Softmax in full blocks, so that the sum of a row has the same order whatever is appended to it:
 * a row that is padded with masked places has the same probabilities, bit for bit.
 */
export function softmax(original: Kernel): Kernel {
  return (call) => {
    const { logits } = call.inputs as { logits: tf.TensorInfo };
    const width = logits.shape.at(-1) ?? 1;
    const padded = Math.ceil(width / BLOCK) * BLOCK;
    if (padded === width || logits.dtype !== "float32") return original(call);
    const { backend } = call;
    const rows = sizeOf(logits.shape) / width;
    const wide = backend.makeOutput([...logits.shape.slice(0, -1), padded], "float32");
    copyRows(
      backend.typedArrayFromHeap(logits),
      backend.typedArrayFromHeap(wide).fill(-Infinity),
      rows,
      width,
      padded,
    );
    const found = original({ ...call, inputs: { logits: wide } });
    const out = backend.makeOutput(logits.shape, "float32");
    copyRows(
      backend.typedArrayFromHeap(found),
      backend.typedArrayFromHeap(out),
      rows,
      padded,
      width,
    );
    for (const { dataId } of [wide, found]) backend.disposeData(dataId);
    return out;
  };
}

/** Copies rows between matrices of different widths, as much as both have. */
function copyRows(
  from: ArrayLike<number>,
  to: Float32Array | Int32Array | Uint8Array,
  rows: number,
  fromWidth: number,
  toWidth: number,
): void {
  const width = Math.min(fromWidth, toWidth);
  for (let row = 0; row < rows; row++) {
    const source = row * fromWidth, target = row * toWidth;
    for (let i = 0; i < width; i++) to[target + i] = from[source + i]!;
  }
}
