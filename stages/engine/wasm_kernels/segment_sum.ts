import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf } from "./kernel.ts";

/**
 * UnsortedSegmentSum, which tfjs lacks on wasm, and with it the gradient of gather:
 * out[s] = Σ x[i] over all i with segmentIds[i] = s.
 */
export function unsortedSegmentSum(original: Kernel): Kernel {
  return (call) => {
    const { x, segmentIds } = call.inputs as {
      x: tf.TensorInfo;
      segmentIds: tf.TensorInfo;
    };
    const numSegments = call.attrs.numSegments as number;
    if (x.dtype !== "float32" && x.dtype !== "int32") return original(call);
    const inner = x.shape.slice(segmentIds.shape.length), run = sizeOf(inner);
    const out = call.backend.makeOutput([numSegments, ...inner], x.dtype);
    const from = call.backend.typedArrayFromHeap(x);
    const ids = call.backend.typedArrayFromHeap(segmentIds);
    const to = call.backend.typedArrayFromHeap(out).fill(0);
    for (let i = 0, source = 0; i < ids.length; i++) {
      const segment = ids[i]!;
      if (segment < 0 || segment >= numSegments) source += run; // TensorFlow drops these too
      else {for (let j = segment * run; j < (segment + 1) * run; j++) {
          to[j]! += from[source++]!;
        }}
    }
    return out;
  };
}
