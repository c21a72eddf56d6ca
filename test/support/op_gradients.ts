import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../data/random.ts";

/** An op of any inputs. */
export type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Numbers from −1 to 1 in this shape. */
export function draw(shape: readonly number[], next: () => number): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => 2 * next() - 1), [...shape]);
}

/**
 * Compares the closed-form gradient along a random direction with the central difference
 * (f(x + hv) − f(x − hv)) / 2h, for each input by itself.
 */
function assertGradients(
  op: Op,
  shapes: readonly (readonly number[])[],
  seed: number,
): void {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const next = stream(seed);
    const inputs = shapes.map((shape) => draw(shape, next));
    const weights = draw(op(...inputs).shape, next);
    const value = (...xs: tf.Tensor[]) => tf.sum(tf.mul(op(...xs), weights));
    const gradients = tf.grads(value as (...xs: tf.Tensor[]) => tf.Tensor)(inputs);
    inputs.forEach((input, i) => {
      const v = draw(input.shape, next), h = 1 / 128;
      const at = (sign: number) =>
        tf.mul(
          op(...inputs.map((x, j) => j === i ? tf.add(x, tf.mul(v, sign * h)) : x)),
          weights,
        ).dataSync<"float32">().reduce((sum, x) => sum + x, 0);
      const expected = (at(1) - at(-1)) / (2 * h);
      const actual = tf.mul(gradients[i]!, v).dataSync<"float32">().reduce(
        (sum, x) => sum + x,
        0,
      );
      const scale = Math.max(
        1,
        Math.sqrt(gradients[i]!.dataSync<"float32">().reduce((sum, x) => sum + x * x, 0)),
      );
      assert.deepEqual(gradients[i]!.shape, input.shape);
      assert.ok(
        Math.abs(actual - expected) < 0.01 * scale,
        `input ${i}: gradient ${actual}, difference ${expected}`,
      );
    });
  });
  assert.equal(tf.memory().numTensors, before);
}

const seeds = fc.integer({ min: 0, max: 1e6 });
const size = fc.integer({ min: 1, max: 7 });
const runs = { numRuns: 12 };

/**
 * Registers a test that an op's gradient is the one that finite differences show; `draw` makes
 * the op and the shapes of its inputs of three small sizes.
 */
export function gradientProperty(
  name: string,
  draw: (a: number, b: number, c: number) => {
    op: Op;
    shapes: readonly (readonly number[])[];
  },
) {
  Deno.test(`${name} has the gradient that finite differences show`, () => {
    fc.assert(
      fc.property(size, size, size, seeds, (a, b, c, seed) => {
        const { op, shapes } = draw(a, b, c);
        assertGradients(op, shapes, seed);
      }),
      runs,
    );
  });
}
