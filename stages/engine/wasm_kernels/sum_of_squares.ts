import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { KernelCall } from "./kernel.ts";

/** Σ x² in double precision, rounded once; a scalar. */
export function sumOfSquares({ inputs, backend }: KernelCall): tf.TensorInfo {
  const out = backend.makeOutput([], "float32");
  const values = backend.typedArrayFromHeap(inputs.x!);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  backend.typedArrayFromHeap(out)[0] = sum;
  return out;
}
