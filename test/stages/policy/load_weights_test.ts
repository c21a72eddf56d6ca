import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { loadWeights } from "../../../stages/policy/load_weights.ts";
import { openCheckpoint } from "../../../stages/policy/safetensors.ts";
import { fixturePath } from "../../fixtures.ts";
import { startTestBackend } from "../../test_backend.ts";

await startTestBackend();

/** A checkpoint of these shapes; what it gave away is at hand. */
function made(shapes: Readonly<Record<string, number[]>>) {
  const given: Float32Array<ArrayBuffer>[] = [];
  return {
    given,
    names: Object.keys(shapes),
    shape: (name: string) => shapes[name]!,
    read(name: string) {
      const size = shapes[name]!.reduce((a, b) => a * b, 1);
      given.push(new Float32Array(size).fill(given.length + 1));
      return Promise.resolve(given.at(-1)!);
    },
  };
}

Deno.test("loadWeights() has every parameter of a folder, in its shape", async () => {
  const before = tf.memory().numTensors;
  const checkpoint = await openCheckpoint(fixturePath("qwen2_vl/tiny-untied-bf16"));
  const weights = await loadWeights(checkpoint);
  assert.deepEqual([...weights.keys()], checkpoint.names);
  assert.equal(tf.memory().numTensors, before + weights.size);
  for (const [name, tensor] of weights) {
    assert.deepEqual(tensor.shape, checkpoint.shape(name));
    assert.equal(tensor.dtype, "float32");
    assert.deepEqual(await tensor.data(), await checkpoint.read(name));
  }
  checkpoint.close();
  tf.dispose([...weights.values()]);
});

Deno.test("loadWeights() leaves nothing with what was read: the engine has its own", async () => {
  const checkpoint = made({ a: [2, 3], b: [4], c: [0], d: [1, 2, 1, 2, 1], e: [] });
  const weights = await loadWeights(checkpoint);
  for (const values of checkpoint.given) values.fill(0);
  const first = [...weights.values()].map((tensor) => [...tensor.dataSync()]);
  assert.deepEqual(first, [
    [1, 1, 1, 1, 1, 1],
    [2, 2, 2, 2],
    [],
    [4, 4, 4, 4],
    [5],
  ]);
  tf.dispose([...weights.values()]);
});

Deno.test("loadWeights() frees what it has where one cannot be read", async () => {
  const before = tf.memory().numTensors;
  const checkpoint = made({ a: [2], b: [2] });
  const read = (name: string) =>
    name === "b"
      ? Promise.reject(new SyntaxError("b is damaged"))
      : checkpoint.read(name);
  await assert.rejects(loadWeights({ ...checkpoint, read }), /b is damaged/);
  assert.equal(tf.memory().numTensors, before);
});
