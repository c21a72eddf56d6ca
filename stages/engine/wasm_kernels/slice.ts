import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf, type WasmBackend } from "./kernel.ts";

/** Slice: tfjs copies the whole source out of the wasm memory first; here only what is asked. */
export function slice(original: Kernel): Kernel {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    if (x.dtype === "string" || x.dtype === "complex64") return original(call);
    const [begin, size] = tf.slice_util.parseSliceParams(
      x as tf.Tensor,
      call.attrs.begin as number[],
      call.attrs.size as number[],
    ) as [number[], number[]];
    return copySlice(x, begin, size, call.backend);
  };
}

/** Split: one slice per part. */
export function split(original: Kernel): Kernel {
  const parts = (call: Parameters<Kernel>[0]) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    if (x.dtype === "string" || x.dtype === "complex64") return original(call);
    const axis = tf.util.parseAxisParam(call.attrs.axis as number, x.shape)[0]!;
    const sizes = tf.backend_util.prepareSplitSize(
      x as tf.Tensor,
      call.attrs.numOrSizeSplits as number | number[],
      axis,
    );
    let start = 0;
    return sizes.map((length) => {
      const begin = x.shape.map((_, i) => i === axis ? start : 0);
      const size = x.shape.map((whole, i) => i === axis ? length : whole);
      start += length;
      return copySlice(x, begin, size, call.backend);
    });
  };
  return parts as unknown as Kernel; // the one kernel here with several outputs
}

function copySlice(
  x: tf.TensorInfo,
  begin: readonly number[],
  size: readonly number[],
  backend: WasmBackend,
): tf.TensorInfo {
  const out = backend.makeOutput(size, x.dtype);
  if (sizeOf(size) === 0) return out;
  const from = backend.typedArrayFromHeap(x), to = backend.typedArrayFromHeap(out);
  // From this axis on, the slice is contiguous.
  let axis = x.shape.length;
  while (axis > 0 && (axis === x.shape.length || size[axis] === x.shape[axis])) axis--;
  const strides = x.shape.map((_, i) => sizeOf(x.shape.slice(i + 1)));
  const run = sizeOf(size.slice(axis));
  const base = begin.reduce((sum, start, i) => sum + start * strides[i]!, 0);
  let target = 0;
  const copy = (depth: number, source: number) => {
    if (depth < axis) {
      for (let i = 0; i < size[depth]!; i++) {
        copy(depth + 1, source + i * strides[depth]!);
      }
    } else if (run > 32) {
      to.set(from.subarray(source, source + run), target);
      target += run;
    } else {
      for (let i = 0; i < run; i++) to[target++] = from[source + i]!; // a view costs more
    }
  };
  copy(0, base);
  return out;
}
