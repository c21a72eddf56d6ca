import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled } from "../engine/compiled/compiled.ts";
import { sumOfSquares } from "./adam_w_step.ts";
import { together } from "./together.ts";

/** The joint L2 norm of gradients, and what brings it down to a maximum; scalars. */
export interface Clipping {
  readonly norm: tf.Tensor;
  /** min(1, maxNorm / (norm + 1e-6)), as PyTorch's `clip_grad_norm_` has it. */
  readonly scale: tf.Tensor;
}

/**
 * The joint L2 norm of gradients, not finite if one of their values is not, and the factor that
 * clips them to `maxNorm`. Nothing is read, so that an engine need not wait for it.
 *
 * @param maxNorm `Infinity` does not clip.
 * @param numbersAtOnce See {@linkcode together}.
 */
export function clipping(
  gradients: readonly tf.Tensor[],
  maxNorm: number,
  numbersAtOnce?: number,
): Clipping {
  if (gradients.length === 0) return { norm: tf.scalar(0), scale: tf.scalar(1) };
  const squares = together(gradients, ({ size }) => size, numbersAtOnce).map((part) =>
    compiled("sums of squares", part, () => [tf.stack(part.map(sumOfSquares))])[0]!
  );
  const [norm, scale] = compiled(`clip to ${maxNorm}`, squares, () => {
    const norm = tf.sqrt(tf.sum(tf.concat(squares)));
    return [norm, tf.minimum(1, tf.div(maxNorm, tf.add(norm, 1e-6)))];
  });
  tf.dispose(squares);
  return { norm: norm!, scale: scale! };
}

/** The joint L2 norm of gradients; not finite if one of their values is not. */
export async function globalNorm(gradients: readonly tf.Tensor[]): Promise<number> {
  const { norm, scale } = clipping(gradients, Infinity);
  const [value] = await norm.data();
  tf.dispose([norm, scale]);
  return value!;
}
