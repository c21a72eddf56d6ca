import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf } from "./kernel.ts";

/**
 * Gather by copies of rows, while tfjs computes the place of every number; with batch axes, tfjs
 * reads beyond the end of its memory.
 */
export function gather(original: Kernel): Kernel {
  return (call) => {
    const { x, indices } = call.inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const { axis, batchDims } = call.attrs as { axis: number; batchDims: number };
    const isNumbers = x.dtype === "float32" || x.dtype === "int32";
    if (!isNumbers || indices.dtype !== "int32" || batchDims < 0) return original(call);
    const at = tf.util.parseAxisParam(axis, x.shape)[0]!;
    const outer = x.shape.slice(0, at), inner = x.shape.slice(at + 1);
    const length = x.shape[at]!, run = sizeOf(inner);
    const out = call.backend.makeOutput(
      [...outer, ...indices.shape.slice(batchDims), ...inner],
      x.dtype,
    );
    const from = call.backend.typedArrayFromHeap(x);
    const to = call.backend.typedArrayFromHeap(out);
    const rows = call.backend.typedArrayFromHeap(indices);
    const blocks = sizeOf(outer), batches = sizeOf(x.shape.slice(0, batchDims));
    const perBatch = rows.length / batches;
    let target = 0;
    for (let block = 0; block < blocks; block++) {
      const first = Math.floor(block / (blocks / batches)) * perBatch;
      for (let i = 0; i < perBatch; i++) {
        const row = rows[first + i]!;
        if (row < 0 || row >= length) {
          call.backend.disposeData(out.dataId);
          throw new RangeError(`Index ${row} of gather is not in [0, ${length})`);
        }
        const source = (block * length + row) * run;
        if (run > 32) to.set(from.subarray(source, source + run), target);
        else for (let i = 0; i < run; i++) to[target + i] = from[source + i]!;
        target += run;
      }
    }
    return out;
  };
}
