import assert from "node:assert/strict";
import { cosineRate } from "../../../pipeline/pretrain/cosine_rate.ts";

const schedule = { steps: 110, peak: 2, warmUp: 10, floor: 0.1 };

Deno.test("the rate climbs to its peak, halves its way at the middle and ends near the floor", () => {
  assert.equal(cosineRate(0, schedule), 0.2);
  assert.equal(cosineRate(9, schedule), 2);
  assert.equal(cosineRate(10, schedule), 2);
  assert.ok(Math.abs(cosineRate(60, schedule) - 1.1) < 1e-12); // (2 + 0.2) / 2
  assert.ok(Math.abs(cosineRate(110, schedule) - 0.2) < 1e-12);
});
