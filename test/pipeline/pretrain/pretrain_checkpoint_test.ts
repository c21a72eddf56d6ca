import assert from "node:assert/strict";
import {
  type PretrainCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from "../../../pipeline/pretrain/pretrain_checkpoint.ts";

const progress = { seed: 1, scale: 0.5, stage: 1, step: 40, seconds: 12.5 };
const parameters = new Map([
  ["heads.box.bias", { shape: [2], data: Float32Array.of(1, 2) }],
  ["visual.merger.mlp.0.weight", { shape: [1, 2], data: Float32Array.of(3, 4) }],
]);

async function roundTrip(checkpoint: PretrainCheckpoint) {
  const folder = await Deno.makeTempDir();
  try {
    await writeCheckpoint(`${folder}/checkpoint`, { ...checkpoint, moments: undefined });
    await writeCheckpoint(`${folder}/checkpoint`, checkpoint); // replaces the first
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [
      "checkpoint",
    ]);
    return await readCheckpoint(`${folder}/checkpoint`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a checkpoint comes back as it was, with moments and without", async () => {
  const moments = {
    mean: Float32Array.of(5, 6, 7, 8),
    square: Float32Array.of(1, 1, 2, 2),
    steps: 40,
  };
  for (
    const checkpoint of [{ progress, parameters, moments }, { progress, parameters }]
  ) {
    assert.deepEqual(await roundTrip(checkpoint), checkpoint);
  }
});
