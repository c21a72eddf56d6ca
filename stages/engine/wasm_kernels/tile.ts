import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf } from "./kernel.ts";

/** Tile, which broadcastTo and `where` with a broadcast mask use too: copies whole blocks. */
export function tile(original: Kernel): Kernel {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    const reps = call.attrs.reps as number[];
    if (x.dtype === "string" || x.dtype === "complex64") return original(call);
    const shape = x.shape.map((size, axis) => size * reps[axis]!);
    const out = call.backend.makeOutput(shape, x.dtype);
    if (sizeOf(shape) === 0) return out;
    const from = call.backend.typedArrayFromHeap(x);
    const to = call.backend.typedArrayFromHeap(out);
    const strides = x.shape.map((_, axis) => sizeOf(x.shape.slice(axis + 1)));
    const outStrides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
    // From this axis on nothing is repeated.
    let whole = x.shape.length;
    while (whole > 0 && reps[whole - 1] === 1) whole--;
    const run = sizeOf(x.shape.slice(whole));
    const write = (axis: number, source: number, target: number) => {
      if (axis === whole) {
        if (run === 1) to[target] = from[source]!;
        else to.set(from.subarray(source, source + run), target);
        return;
      }
      for (let i = 0; i < x.shape[axis]!; i++) {
        write(axis + 1, source + i * strides[axis]!, target + i * outStrides[axis]!);
      }
      const block = x.shape[axis]! * outStrides[axis]!, end = block * reps[axis]!;
      if (block === 1) to.fill(to[target]!, target, target + end);
      for (let done = block; block > 1 && done < end; done *= 2) {
        to.copyWithin(target + done, target, target + Math.min(done, end - done));
      }
    };
    write(0, 0, 0);
    return out;
  };
}
