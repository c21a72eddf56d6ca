import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  affordable,
  workerCount,
} from "../../../../stages/policy/workers/worker_count.ts";
import { startBackend } from "../../../../stages/engine/backend.ts";

const GB = 1e9;

Deno.test("a small model gets a worker for each core, and no more than an update has parts", () => {
  assert.equal(affordable(5e6, 1, 16 * GB), 1);
  assert.equal(affordable(5e6, 2, 16 * GB), 2);
  assert.equal(affordable(5e6, 64, 16 * GB), 8);
});

Deno.test("copies of a model are no more than memory holds", () => {
  assert.equal(affordable(0.5 * GB, 8, 8 * GB), 3);
  assert.equal(affordable(2 * GB, 8, 8 * GB), 1);
});

Deno.test("there is always a worker, and never more than cores", () => {
  const bytes = fc.double({ min: 0, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(bytes, fc.integer({ min: 1, max: 256 }), bytes, (size, cores, free) => {
      const count = affordable(size, cores, free);
      assert.ok(Number.isInteger(count) && count >= 1 && count <= cores);
    }),
  );
});

Deno.test("wasm has the workers that are asked for, other engines one", async () => {
  await startBackend("wasm");
  assert.equal(workerCount(3, 0), 3);
  assert.equal(
    workerCount("auto", 0),
    affordable(0, navigator.hardwareConcurrency, 1e12),
  );
  await startBackend("cpu");
  assert.equal(workerCount(3, 0), 1);
  await tf.setBackend("wasm");
});
