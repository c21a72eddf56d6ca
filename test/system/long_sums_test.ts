import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { type BackendName, startBackend } from "../../stages/engine/backend.ts";
import { installedEngine } from "../../stages/engine/native_engine.ts";

/**
 * How far long sums may be from sums in double precision: relative, with positive numbers, so
 * that errors of rounding do not cancel each other out. 6e-8 is half a unit in the last place.
 *
 * A sum over 10⁶ numbers added one by one in f32 is 6e-4 off, and one over 1.7 · 10⁷ 2 %. What stays
 * such a running sum is bounded here at the lengths that it has in this project: products (over
 * rows of a batch in a weight's gradient, over the vocabulary in the gradient of hidden states)
 * and tfjs's own softmax and logSumExp. `cumsum` is one on every engine (8e-6 at 151,936), and
 * `prod` and `cumprod` are too; nothing here uses them.
 */
const EXACT = 1.2e-7;
const engines = {
  wasm: { product: { 4096: 1e-5, 65_536: 1e-4 }, softmax: 3e-6, segments: 1e-5 },
  cpu: { product: { 4096: 2e-6, 65_536: 1e-5 }, softmax: 1e-6, segments: EXACT },
  native: { product: { 4096: 2e-6, 65_536: 5e-6 }, softmax: 1e-6, segments: 1e-5 },
} as const;
const VOCABULARY = 151_936;

const isNative = installedEngine() !== undefined;

function positive(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  });
}

function sumOf(values: Float32Array, term = (x: number) => x, start = 0, step = 1) {
  let sum = 0;
  for (let i = start; i < values.length; i += step) sum += term(values[i]!);
  return sum;
}

function close(actual: number, expected: number, most: number, what: string): void {
  const off = Math.abs(actual / expected - 1);
  assert.ok(off <= most, `${what} is off by ${off}: ${actual}, expected ${expected}`);
}

function first(tensor: tf.Tensor): number {
  return tensor.dataSync()[0]!;
}

for (const name of ["wasm", "cpu", "native"] as BackendName[]) {
  const { product, softmax, segments } = engines[name];
  const test = (what: string, run: () => void) =>
    Deno.test({
      name: `${what} on ${name}`,
      ignore: name === "native" && !isNative,
      async fn() {
        await startBackend(name);
        tf.tidy(run);
      },
    });

  test("sums of millions of numbers are those of double precision", () => {
    const values = positive(4_000_000), x = tf.tensor1d(values);
    close(first(tf.sum(x)), sumOf(values), EXACT, "sum");
    close(first(tf.mean(x)), sumOf(values) / values.length, EXACT, "mean");
    close(
      first(tf.sum(tf.square(x))),
      sumOf(values, (v) => Math.fround(v * v)),
      EXACT,
      "sum of squares",
    );
  });

  test("sums over long axes, wherever they are, are those of double precision", () => {
    const length = 1 << 18, values = positive(2 * length);
    const rows = tf.tensor2d(values, [2, length]);
    close(first(tf.sum(rows, 1)), sumOf(values.subarray(0, length)), EXACT, "last axis");
    // Eigen adds row to row there: 3e-6 off, 6e-7 at 4096 rows.
    const most = name === "native" ? 2e-5 : EXACT;
    for (const kind of ["sum", "mean"] as const) {
      const count = kind === "mean" ? length : 1;
      const columns = sumOf(values, undefined, 0, 2) / count;
      const leading = tf[kind](tf.reshape(rows, [length, 2]), 0);
      close(first(leading), columns, most, `${kind} over the first axis`);
      const middle = tf[kind](tf.reshape(rows, [1, length, 2]), 1);
      close(first(middle), columns, most, `${kind} over a middle axis`);
      const split = tf[kind](tf.reshape(rows, [512, 2, 512]), [0, 2]);
      const expected = [...Array(512).keys()].reduce(
        (sum, i) => sum + sumOf(values.subarray(1024 * i, 1024 * i + 512)),
        0,
      ) / count;
      close(first(split), expected, most, `${kind} over first and last axis`);
    }
  });

  test("softmax over a vocabulary of 151,936 is near double precision", () => {
    const values = positive(VOCABULARY), x = tf.tensor1d(values);
    const total = sumOf(values, Math.exp);
    close(first(tf.softmax(x)), Math.exp(values[0]!) / total, softmax, "softmax");
    close(first(tf.exp(tf.logSumExp(x))), total, 10 * softmax, "exp of logSumExp");
  });

  test("products over thousands of rows are near double precision", () => {
    for (const [rows, most] of Object.entries(product)) {
      const k = Number(rows), a = positive(8 * k), b = positive(8 * k, 7);
      const out = tf.matMul(tf.tensor2d(a, [k, 8]), tf.tensor2d(b, [k, 8]), true);
      let expected = 0;
      for (let i = 0; i < k; i++) expected += a[8 * i]! * b[8 * i]!;
      close(first(out), expected, most, `product over ${k}`);
    }
  });

  test("thousands of rows gathered from one are summed near double precision", () => {
    const rows = 4096, values = positive(4 * rows);
    const ids = tf.zeros([rows], "int32") as tf.Tensor1D;
    const out = tf.unsortedSegmentSum(tf.tensor2d(values, [rows, 4]), ids, 1);
    close(first(out), sumOf(values, undefined, 0, 4), segments, "segment sum");
  });
}
