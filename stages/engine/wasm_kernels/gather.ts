import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf } from "./kernel.ts";

/** Gather without batch axes: copies rows, while tfjs computes the place of every number. */
export function gather(original: Kernel): Kernel {
  return (call) => {
    const { x, indices } = call.inputs as { x: tf.TensorInfo; indices: tf.TensorInfo };
    const { axis, batchDims } = call.attrs as { axis: number; batchDims: number };
    const isPlain = (x.dtype === "float32" || x.dtype === "int32") && batchDims === 0;
    if (!isPlain || indices.dtype !== "int32") return original(call);
    const at = tf.util.parseAxisParam(axis, x.shape)[0]!;
    const outer = x.shape.slice(0, at), inner = x.shape.slice(at + 1);
    const length = x.shape[at]!, run = sizeOf(inner);
    const out = call.backend.makeOutput([...outer, ...indices.shape, ...inner], x.dtype);
    const from = call.backend.typedArrayFromHeap(x);
    const to = call.backend.typedArrayFromHeap(out);
    const rows = call.backend.typedArrayFromHeap(indices);
    let target = 0;
    for (let block = 0; block < sizeOf(outer); block++) {
      for (const row of rows) {
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
