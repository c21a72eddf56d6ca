import assert from "node:assert/strict";
import fc from "fast-check";
import {
  EVALUATION_BYTES,
  evaluationBatch,
  MOST_TOGETHER,
} from "../../../stages/evaluate/batch_size.ts";

Deno.test("as many questions are asked together as fit, in batches of one size", () => {
  const mebibytes = (n: number) => n * 2 ** 20;
  const batch = (count: number, least: number, rowBytes: number) =>
    evaluationBatch({ count, least, rowBytes });
  assert.equal(batch(200, 16, mebibytes(2)), 100);
  assert.equal(batch(300, 16, mebibytes(1)), 100);
  assert.equal(batch(256, 16, mebibytes(1)), 128);
  assert.equal(batch(300, 16, mebibytes(3)), 75); // 85 fit
  assert.equal(batch(300, 16, mebibytes(16)), 16);
  assert.equal(batch(300, 64, mebibytes(16)), 64);
  assert.equal(batch(300, 1, mebibytes(500)), 1);
  assert.equal(batch(10, 1, mebibytes(1)), 10);
  assert.equal(batch(300, 16, 0), 16); // a policy that does not say
});

Deno.test("no batch is too large for memory, none smaller than the least that was asked for", () => {
  const load = fc.record({
    count: fc.nat({ max: 2000 }),
    least: fc.integer({ min: 1, max: 200 }),
    rowBytes: fc.integer({ min: 0, max: 2 ** 30 }),
  });
  fc.assert(fc.property(load, (load) => {
    const batch = evaluationBatch(load);
    assert.ok(Number.isInteger(batch) && batch >= load.least);
    if (batch === load.least) return;
    assert.ok(batch <= MOST_TOGETHER && batch * load.rowBytes <= EVALUATION_BYTES);
    const batches = Math.ceil(load.count / batch);
    assert.ok(
      batches * batch - load.count < batches,
      "the last batch is nearly as large",
    );
  }));
});
