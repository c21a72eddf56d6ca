import assert from "node:assert/strict";
import {
  changesOf,
  checkSameRewards,
  checkUnchanged,
} from "../../../pipeline/run/check_unchanged.ts";
import type { Ingredients } from "../../../pipeline/checkpoint/checkpoint.ts";

const [A, B] = ["a".repeat(64), "b".repeat(64)] as const;
const made: Ingredients = {
  version: "1.0.0",
  data: { train: A, heldOut: A },
  model: A,
  rewards: {},
};

Deno.test("each thing that a run is made of is compared, and told by name with both values", () => {
  assert.deepEqual(changesOf(made, made), []);
  const short = "(aaaaaaaaaaaa… then, bbbbbbbbbbbb… now)";
  const cases: [Partial<Ingredients>, string][] = [
    [{ version: "1.1.0" }, "the version of this program (1.0.0 then, 1.1.0 now)"],
    [{ data: { train: B, heldOut: A } }, `the training data ${short}`],
    [{ data: { train: A, heldOut: B } }, `the held-out data ${short}`],
    [{ model: B }, `the base model ${short}`],
  ];
  for (const [change, told] of cases) {
    assert.deepEqual(changesOf(made, { ...made, ...change }), [told]);
    assert.throws(() => checkUnchanged("runs/a", made, { ...made, ...change }), {
      name: "TypeError",
      message:
        `Since the checkpoint of runs/a was written, ${told} changed: put it back ` +
        "as it was, or accept that with acceptChanges",
    });
  }
  // A model whose files are not known is not compared.
  assert.deepEqual(changesOf({ ...made, model: undefined }, made), []);
  checkUnchanged("runs/a", made, made);
});

Deno.test("rewards are compared by name, also by names that every object has", () => {
  checkSameRewards("runs/a", { brief: "sha256:1" }, { brief: "sha256:1" });
  for (
    const [before, now, what] of [
      [{ brief: "1" }, { brief: "2" }, "has changed"],
      [{ brief: "1" }, {}, "is missing"],
      [{}, { brief: "1" }, "is new"],
      [{}, { constructor: "1" }, "is new"],
    ] as [Record<string, string>, Record<string, string>, string][]
  ) {
    assert.throws(() => checkSameRewards("runs/a", before, now), {
      name: "TypeError",
      message: new RegExp(`The reward "\\w+" of runs/a ${what} since its checkpoint`),
    });
  }
});
