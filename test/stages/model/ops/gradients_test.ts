import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../../../data/random.ts";
import { startTestBackend } from "../../../support/test_backend.ts";
import { gelu, quickGelu, swiglu } from "../../../../stages/model/ops/activations.ts";
import { attention } from "../../../../stages/model/ops/attention.ts";
import { layerNorm } from "../../../../stages/model/ops/layer_norm.ts";
import { linear } from "../../../../stages/model/ops/linear.ts";
import { rmsNorm } from "../../../../stages/model/ops/rms_norm.ts";
import { rotary, rotaryTable } from "../../../../stages/model/ops/rotary.ts";
import { replaceRows } from "../../../../stages/model/ops/replace_rows.ts";
import { tokenLogProbs } from "../../../../stages/model/ops/token_log_probs.ts";

await startTestBackend();

/** A smooth stand-in for what follows an op: a weighted sum of its output. */
type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

function draw(shape: readonly number[], next: () => number): tf.Tensor {
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

function property(
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

property("linear() with bias", (n, input, out) => ({
  op: linear as Op,
  shapes: [[n, input], [out, input], [out]],
}));
property("linear() without bias", (n, input, out) => ({
  op: linear as Op,
  shapes: [[n, input], [out, input]],
}));
property("rmsNorm()", (n, d) => ({
  op: ((x: tf.Tensor2D, w: tf.Tensor1D) => rmsNorm(x, w, 1e-2)) as Op,
  shapes: [[n, d], [d]],
}));
property("layerNorm()", (n, d) => ({
  op: ((x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D) => layerNorm(x, w, b, 0.1)) as Op,
  shapes: [[n, d + 1], [d + 1], [d + 1]],
}));
property("swiglu()", (n, d) => ({ op: swiglu as Op, shapes: [[n, d], [n, d]] }));
property("quickGelu()", (n, d) => ({ op: quickGelu as Op, shapes: [[n, d]] }));
property("gelu()", (n, d) => ({ op: gelu as Op, shapes: [[n, d]] }));
property("rotary()", (n, heads, half) => {
  const angles = Float32Array.from({ length: n * half }, (_, i) => 0.3 * i);
  return {
    op: ((x: tf.Tensor3D) => rotary(x, rotaryTable(angles, n, 2 * half))) as Op,
    shapes: [[n, heads, 2 * half]],
  };
});
property("attention() with shared keys and a causal mask", (rows, length, share) => {
  const mask = (queries: number) =>
    tf.tensor4d(
      Float32Array.from(
        { length: queries * queries },
        (_, i) => i % queries > Math.floor(i / queries) ? -1e9 : 0,
      ),
      [1, 1, queries, queries],
    );
  return {
    op: ((q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D) =>
      attention(q, k, v, mask(length))) as Op,
    shapes: [[rows, length, 2 * share, 4], [rows, length, 2, 4], [rows, length, 2, 4]],
  };
});
property(
  "tf.gather() with repeated indices, whose gradient tfjs lacks on wasm,",
  (n, table, d) => ({
    op: ((x: tf.Tensor2D) =>
      tf.gather(
        x,
        tf.tensor1d(Array.from({ length: n + 2 }, (_, i) => (i * 3) % table), "int32"),
      )) as Op,
    shapes: [[table, d]],
  }),
);
property("replaceRows()", (n, extra, d) => ({
  op: ((x: tf.Tensor2D, rows: tf.Tensor2D) =>
    replaceRows(
      x,
      rows,
      Int32Array.from({ length: n }, (_, i) => extra + n - 1 - i),
    )) as Op,
  shapes: [[n + extra, d], [n, d]],
}));
property("tokenLogProbs()", (n, vocabulary, d) => ({
  op: ((hidden: tf.Tensor2D, head: tf.Tensor2D) =>
    tf.slice(
      tokenLogProbs(
        hidden,
        head,
        Int32Array.from({ length: n }, (_, i) => (i * 5) % (vocabulary + 1)),
        0.7,
      ),
      [0, 0],
      [-1, 1],
    )) as Op,
  shapes: [[n, d], [vocabulary + 1, d]],
}));

Deno.test("tokenLogProbs() in chunks equals one piece, in value and gradient", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const next = stream(3);
    const hidden = draw([10, 8], next), head = draw([30, 8], next);
    const tokens = Int32Array.from({ length: 10 }, (_, i) => (i * 7) % 30);
    const [whole, chunked] = [1 << 20, 90].map((floats) => {
      const run = (h: tf.Tensor, w: tf.Tensor) =>
        tokenLogProbs(h as tf.Tensor2D, w as tf.Tensor2D, tokens, 1, floats);
      const sum = (h: tf.Tensor, w: tf.Tensor) => tf.sum(run(h, w));
      return [run(hidden, head), ...tf.grads(sum)([hidden, head])];
    });
    whole!.forEach((tensor, i) => {
      const other = chunked![i]!.dataSync();
      tensor.dataSync().forEach((x, j) => assert.ok(Math.abs(x - other[j]!) < 1e-5));
    });
  });
  assert.equal(tf.memory().numTensors, before);
});
