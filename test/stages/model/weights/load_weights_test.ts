import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { loadWeights } from "../../../../stages/model/weights/load_weights.ts";
import { openCheckpoint } from "../../../../stages/model/safetensors/checkpoint.ts";
import { fixturePath } from "../../../support/fixtures.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

/** A checkpoint of these shapes, whose parameters are filled with 1, 2 and so on. */
function made(shapes: Readonly<Record<string, number[]>>) {
  let reads = 0;
  return {
    folder: "made",
    names: Object.keys(shapes),
    shape: (name: string) => shapes[name]!,
    read(name: string) {
      const size = shapes[name]!.reduce((a, b) => a * b, 1);
      return Promise.resolve(new Float32Array(size).fill(++reads));
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

Deno.test("loadWeights() hands each parameter over to the engine, of any shape", async () => {
  const checkpoint = made({ a: [2, 3], b: [4], c: [0], d: [1, 2, 1, 2, 1], e: [] });
  const weights = await loadWeights(checkpoint);
  // The native engine notes what it has not taken over yet.
  const { tensorMap } = tf.backend() as unknown as {
    tensorMap?: { get(id: object): { values: Float32Array | null } };
  };
  const isNative = tf.getBackend() === "tensorflow";
  for (const [name, { dataId }] of isNative ? weights : []) {
    if (name !== "c") assert.equal(tensorMap!.get(dataId).values, null, name);
  }
  const values = [...weights.values()].map((tensor) => [...tensor.dataSync()]);
  assert.deepEqual(values, [
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

Deno.test("loadWeights() names a parameter that is not finite, and frees the others", async () => {
  const before = tf.memory().numTensors;
  const checkpoint = made({ a: [2], b: [2] });
  const read = async (name: string) =>
    name === "b" ? Float32Array.of(1, NaN) : await checkpoint.read(name);
  await assert.rejects(
    loadWeights({ ...checkpoint, read }),
    /RangeError: made: value 1 of parameter "b" is NaN/,
  );
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("loadWeights() refuses more than the machine has before it reads", async () => {
  const huge = { ...made({ a: [2 ** 40, 4] }), read: () => assert.fail("was read") };
  await assert.rejects(
    loadWeights(huge),
    /RangeError: made takes 17592\.2 GB .*use a smaller model/,
  );
});
