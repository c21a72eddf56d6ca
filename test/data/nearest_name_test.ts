import assert from "node:assert/strict";
import fc from "fast-check";
import { nearestName } from "../../data/nearest_name.ts";

const names = ["learningRate", "beta", "batchSize", "seed", "steps"];

Deno.test("nearestName() sees through lost, doubled, wrong and swapped letters", () => {
  assert.equal(nearestName("learninRate", names), "learningRate");
  assert.equal(nearestName("bbeta", names), "beta");
  assert.equal(nearestName("bacthSize", names), "batchSize");
  assert.equal(nearestName("sede", names), "seed");
  assert.equal(nearestName("STEP", names), "steps");
});

Deno.test("nearestName() does not guess at what is far from all", () => {
  assert.equal(nearestName("xyzzy", names), undefined);
  assert.equal(nearestName("", names), undefined);
  assert.equal(nearestName("beta", []), undefined);
});

Deno.test("nearestName() finds a name itself", () => {
  const list = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 });
  fc.assert(fc.property(list, fc.nat(), (list, i) => {
    const name = list[i % list.length]!;
    assert.equal(nearestName(name, list), name);
  }));
});
