import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { KernelCall } from "./kernel.ts";

/**
 * One parameter's step of AdamW in a single pass, computed in double precision. Inputs, outputs
 * and formula are those of `moveParameters` in stages/policy/adam_w_step.ts; as operations one
 * after another they take four times as long.
 */
export function adamW({ inputs, attrs, backend }: KernelCall): tf.TensorInfo[] {
  const { beta1, beta2 } = attrs as { beta1: number; beta2: number };
  const { shape } = inputs.theta!;
  const outputs = [shape, shape, shape, [2]].map((shape) =>
    backend.makeOutput(shape, "float32")
  );
  const view = (tensor?: tf.TensorInfo) =>
    backend.typedArrayFromHeap(tensor!) as Float32Array;
  const number = (name: string) => view(inputs[name])[0]!;
  const scale = number("scale"), rate = number("rate");
  const epsilon = number("epsilon"), decay = number("decay");
  const theta = view(inputs.theta), gradient = view(inputs.gradient);
  const mean = view(inputs.mean), square = view(inputs.square);
  const [moved, m, v, sizes] = outputs.map(view) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  let change = 0, size = 0;
  for (let i = 0; i < moved.length; i++) {
    const before = theta[i]!, g = gradient[i]! * scale;
    const newM = beta1 * mean[i]! + (1 - beta1) * g;
    const newV = beta2 * square[i]! + (1 - beta2) * g * g;
    const difference = rate * newM / (Math.sqrt(newV) + epsilon) + decay * before;
    moved[i] = before - difference;
    m[i] = newM;
    v[i] = newV;
    change += difference * difference;
    size += before * before;
  }
  sizes[0] = change;
  sizes[1] = size;
  return outputs;
}
