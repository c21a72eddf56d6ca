import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import {
  readShared,
  sharedTensors,
  writeShared,
} from "../../../../stages/policy/workers/shared_tensors.ts";
import { startBackend } from "../../../../stages/engine/backend.ts";

await startBackend("wasm");

const made = () =>
  new Map<string, tf.Tensor>([
    ["a", tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3])],
    ["b", tf.scalar(7)],
    ["c", tf.tensor1d([8, 9])],
  ]);

const read = (tensors: ReadonlyMap<string, tf.Tensor>) =>
  [...tensors].map(([name, tensor]) => [name, tensor.shape, [...tensor.dataSync()]]);

Deno.test("tensors come out of shared memory as they went in", () => {
  const tensors = made(), shared = sharedTensors(tensors);
  assert.equal(shared.memory.byteLength, 4 * 9);
  assert.deepEqual(writeShared(shared, tensors), ["a", "b", "c"]);
  assert.deepEqual(read(readShared(shared)), read(tensors));
});

Deno.test("tensors that are missing are not written, and not read if they are not named", () => {
  const shared = sharedTensors(made());
  writeShared(shared, made());
  const names = writeShared(shared, new Map([["c", tf.tensor1d([-1, -2])]]));
  assert.deepEqual(names, ["c"]);
  assert.deepEqual(read(readShared(shared, names)), [["c", [2], [-1, -2]]]);
  assert.deepEqual(read(readShared(shared))[1], ["b", [], [7]]);
});

Deno.test("a tensor that was read keeps its values when the memory is rewritten", () => {
  const shared = sharedTensors(made());
  writeShared(shared, made());
  const before = readShared(shared);
  new Float32Array(shared.memory).fill(0);
  assert.deepEqual(read(before), read(made()));
});
