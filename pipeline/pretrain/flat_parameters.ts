import * as tf from "npm:@tensorflow/tfjs@4.22.0";

/** Where each of several parameters lies in one vector. */
export interface Layout {
  readonly names: readonly string[];
  readonly shapes: readonly (readonly number[])[];
  readonly sizes: readonly number[];
}

/**
 * Joins parameters to one vector, so that an optimiser step is a dozen operations and not a
 * dozen for each parameter: small models are bound by the number of operations.
 *
 * @returns A vector that the caller owns, and its layout in the order of `weights`.
 */
export function joinParameters(
  weights: ReadonlyMap<string, tf.Tensor>,
): { readonly layout: Layout; readonly flat: tf.Tensor1D } {
  const tensors = [...weights.values()];
  return {
    layout: {
      names: [...weights.keys()],
      shapes: tensors.map(({ shape }) => [...shape]),
      sizes: tensors.map(({ size }) => size),
    },
    flat: tf.tidy(() => tf.concat(tensors.map((t) => t.flatten()))),
  };
}

/** Cuts a vector into parameters again; the caller owns them. */
export function cutParameters(flat: tf.Tensor1D, layout: Layout): Map<string, tf.Tensor> {
  const tensors = tf.tidy(() =>
    tf.split(flat, [...layout.sizes]).map((part, i) =>
      part.reshape([...layout.shapes[i]!])
    )
  );
  return new Map(layout.names.map((name, i) => [name, tensors[i]!]));
}
