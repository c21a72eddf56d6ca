import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf } from "./kernel.ts";

/** Sum over the leading axes: adds row to row, while tfjs transposes the whole first. */
export function sum(original: Kernel): Kernel {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    const { axis, keepDims } = call.attrs as {
      axis: number | number[];
      keepDims: boolean;
    };
    const axes = tf.util.parseAxisParam(axis, x.shape).toSorted((a, b) => a - b);
    const isLeading = axes.length < x.shape.length && axes.every((a, i) => a === i);
    if (!isLeading || axes.length === 0 || x.dtype !== "float32") return original(call);
    const inner = x.shape.slice(axes.length), run = sizeOf(inner);
    const shape = keepDims ? [...axes.map(() => 1), ...inner] : inner;
    const out = call.backend.makeOutput(shape, "float32");
    const from = call.backend.typedArrayFromHeap(x);
    const sums = new Float64Array(run);
    for (let source = 0; source < from.length;) {
      for (let j = 0; j < run; j++) sums[j]! += from[source++]!;
    }
    call.backend.typedArrayFromHeap(out).set(sums);
    return out;
  };
}
