import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../../../data/random.ts";
import { startBackend } from "../../../../stages/engine/backend.ts";

await startBackend("wasm");

/** Sizes on both sides of those at which the way of multiplying changes. */
const size = fc.integer({ min: 1, max: 150 });

Deno.test("a row of a product does not depend on the rows beside it, bit for bit", () => {
  fc.assert(fc.property(
    fc.record({ m: size, k: size, n: size, seed: fc.nat(), turned: fc.boolean() }),
    ({ m, k, n, seed, turned }) =>
      tf.tidy(() => {
        const next = stream(seed);
        const random = (length: number) =>
          Float32Array.from({ length }, () => 2 * next() - 1);
        const a = tf.tensor2d(random(m * k), [m, k]);
        const b = tf.tensor2d(random(k * n), turned ? [n, k] : [k, n]);
        const product = (a: tf.Tensor2D) =>
          tf.matMul(a, b, false, turned).arraySync() as number[][];
        const last = tf.slice(a, [m - 1, 0]);
        assert.deepEqual(product(last)[0], product(a).at(-1));
      }),
  ));
});

Deno.test("a matrix of a batch does not depend on padding of its inner side, bit for bit", () => {
  fc.assert(fc.property(
    fc.record({ m: size, k: size, more: size, seed: fc.nat() }),
    ({ m, k, more, seed }) =>
      tf.tidy(() => {
        const next = stream(seed);
        const random = (shape: [number, number, number]) =>
          tf.tensor3d(
            Float32Array.from(
              { length: shape[0] * shape[1] * shape[2] },
              () => 2 * next() - 1,
            ),
            shape,
          );
        const a = random([2, m, k]), b = random([2, k, 16]);
        const wide = tf.matMul(
          tf.pad(a, [[0, 0], [0, 0], [0, more]]),
          tf.pad(b, [[0, 0], [0, more], [0, 0]]),
        );
        assert.deepEqual(tf.matMul(a, b).arraySync(), wide.arraySync());
      }),
  ));
});
