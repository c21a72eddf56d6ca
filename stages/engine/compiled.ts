import * as tf from "npm:@tensorflow/tfjs@4.22.0";

/** What a function does on the host between two halves of its work. */
export type Between = (values: Float32Array) => tf.Tensor;

/** How {@linkcode compiled} runs a function. */
export interface CompiledOptions {
  /**
   * Called where `fn` calls `cut`: receives that tensor's values, and returns the tensor with
   * which the function goes on. A loss in double precision is one.
   */
  readonly between?: Between;
}

/** Reads a tensor, calls {@linkcode CompiledOptions.between} and returns its tensor. */
export type Cut = (tensor: tf.Tensor) => tf.Tensor;

/**
 * Runs `fn`; on an engine that compiles, as one function, recorded at the first call of a `name`
 * with inputs of these shapes.
 *
 * @param name Says all that `fn` uses apart from tensors: numbers, shapes, a model's form.
 * @param inputs All tensors that `fn` uses. Their values may change from call to call.
 * @param fn Must depend on nothing else. Tensors that it makes are freed, but those it returns.
 * @returns What `fn` returns; the caller disposes of it.
 */
export function compiled<T extends tf.Tensor[]>(
  _name: string,
  _inputs: readonly tf.Tensor[],
  fn: (cut: Cut) => T,
  { between }: CompiledOptions = {},
): T {
  return tf.tidy(() =>
    fn((tensor) => {
      if (between === undefined) throw new TypeError("A cut needs `between`");
      return between(tensor.dataSync() as Float32Array);
    })
  );
}

/** `size`, on an engine that compiles rounded up to a multiple of `step`: few shapes, few functions. */
export function padded(size: number, _step: number): number {
  return size;
}
