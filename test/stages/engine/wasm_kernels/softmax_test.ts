import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { startBackend } from "../../../../stages/engine/backend.ts";

await startBackend("wasm");

const numbers = fc.array(fc.float({ min: -9, max: 9, noNaN: true }), {
  minLength: 1,
  maxLength: 90,
});

function softmax(rows: readonly number[][]): number[][] {
  return tf.tidy(() => tf.softmax(tf.tensor2d([...rows])).arraySync()) as number[][];
}

Deno.test("softmax of a row is e^x by their sum", () => {
  const [row] = softmax([[0, Math.log(3), -1e9]]);
  [0.25, 0.75, 0].forEach((p, i) => assert.ok(Math.abs(row![i]! - p) < 1e-6));
});

Deno.test("softmax of three axes is that of its rows, and frees what it makes", () => {
  const before = tf.memory().numTensors;
  const x = tf.randomNormal([2, 3, 17], 0, 1, "float32", 7) as tf.Tensor3D;
  const p = tf.softmax(x);
  const rows = softmax(x.reshape([6, 17]).arraySync() as number[][]);
  assert.deepEqual(p.reshape([6, 17]).arraySync(), rows);
  tf.dispose([x, p]);
  assert.ok(tf.memory().numTensors - before <= 2, "reshaped copies alone are left");
});

Deno.test("softmax of a row does not depend on masked places behind it, bit for bit", () => {
  fc.assert(fc.property(numbers, fc.integer({ min: 1, max: 60 }), (row, more) => {
    const padded = [...row, ...Array<number>(more).fill(-1e9)];
    assert.deepEqual(softmax([padded])[0]!.slice(0, row.length), softmax([row])[0]);
  }));
});
