import * as tf from "npm:@tensorflow/tfjs@4.22.0";

/** Gradients of an op's inputs, by the input's name; each is computed only if it is needed. */
export type LazyGradients<I extends string> = Record<I, () => tf.Tensor>;

interface EngineWithKernels {
  runKernelFunc(call: {
    forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor;
    backwardsFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => Record<string, () => tf.Tensor>;
    inputs: Record<string, tf.Tensor>;
  }): tf.Tensor;
}

/**
 * An operation with a closed-form gradient, as one node of the tape.
 *
 * `tf.customGrad` computes the gradients of all inputs at once; here each has its own
 * function, so a frozen weight costs nothing in the backward pass.
 *
 * @param inputs Tensors that gradients may flow to, by name.
 * @param forward Computes the value. Tensors given to `save` (once), inputs among them, live
 * until the backward pass; everything else it makes is disposed of.
 * @param backward From the gradient to the value and the saved tensors, in order. Tensors that it
 * makes outside of the functions that it returns live until the end of the whole backward pass.
 */
export function op<I extends string, T extends tf.Tensor>(
  inputs: Record<I, tf.Tensor>,
  forward: (save: (...tensors: tf.Tensor[]) => void) => T,
  backward: (dy: T, saved: tf.Tensor[]) => LazyGradients<I>,
): T {
  const engine = tf.engine() as unknown as EngineWithKernels;
  return engine.runKernelFunc({
    forwardFunc: (_backend, save) => forward((...tensors) => save(tensors)),
    backwardsFunc: (dy, saved) => backward(dy as T, saved),
    inputs,
  }) as T;
}
