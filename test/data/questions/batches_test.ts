import assert from "node:assert/strict";
import fc from "fast-check";
import { batchIndices } from "../../../data/questions/batches.ts";

const setup = fc.record({
  size: fc.integer({ min: 1, max: 40 }),
  batchSize: fc.integer({ min: 1, max: 50 }),
  seed: fc.maxSafeInteger(),
});

Deno.test("every epoch holds every question once, batches of any size laid end to end", () => {
  fc.assert(fc.property(setup, fc.integer({ min: 0, max: 20 }), (given, epoch) => {
    const { size, batchSize, seed } = given;
    const first = Math.floor(epoch * size / batchSize);
    const last = Math.ceil((epoch + 1) * size / batchSize);
    const line = Array.from(
      { length: last - first },
      (_, i) => batchIndices(size, batchSize, seed, first + i),
    ).flat();
    const start = epoch * size - first * batchSize;
    assert.deepEqual(
      line.slice(start, start + size).sort((a, b) => a - b),
      Array.from({ length: size }, (_, i) => i),
    );
  }));
});

Deno.test("a step's batch does not depend on which steps were asked for before", () => {
  fc.assert(fc.property(setup, fc.nat(1000), ({ size, batchSize, seed }, step) => {
    const batch = batchIndices(size, batchSize, seed, step);
    assert.equal(batch.length, batchSize);
    batchIndices(size, batchSize, seed, step + 1);
    assert.deepEqual(batchIndices(size, batchSize, seed, step), batch);
  }));
});

Deno.test("epochs and seeds have orders of their own", () => {
  const orders = [
    batchIndices(50, 50, 1, 0),
    batchIndices(50, 50, 1, 1),
    batchIndices(50, 50, 2, 0),
  ].map(String);
  assert.equal(new Set(orders).size, 3);
});

Deno.test("batchIndices() names the argument that is out of range", () => {
  assert.throws(() => batchIndices(0, 1, 1, 0), /number of questions .* not 0/);
  assert.throws(() => batchIndices(4, 0, 1, 0), /batch size .* not 0/);
  assert.throws(() => batchIndices(4, 1, 1, -1), /step .* not -1/);
  assert.throws(() => batchIndices(4, 1, 1, 0.5), RangeError);
});
