import assert from "node:assert/strict";
import { judgement } from "../../../pipeline/audit/verdict.ts";

const worth = (...values: number[]) => values.map((value) => ({ value }));

Deno.test("who knows nothing or a part wins where it earns as much on the mean", () => {
  const due = [2, 1];
  for (const knows of ["nothing", "part"] as const) {
    assert.equal(judgement(knows, worth(2, 1), due, 1.4).verdict, "wins");
    assert.equal(judgement(knows, worth(2, 0.9), due, 1.5).verdict, "fails");
  }
  assert.equal(judgement("all", worth(2, 1), due, 1.4).verdict, "fails");
});

Deno.test("whoever earns more than is due on one question wins", () => {
  for (const knows of ["nothing", "part", "all"] as const) {
    const found = judgement(knows, worth(0, 1.1), [2, 1], 1.4);
    assert.deepEqual(found, { verdict: "wins", mean: 0.55, at: 1 });
  }
  const rounding = judgement("all", worth(2 + 1e-12), [2], 1.4);
  assert.equal(rounding.verdict, "fails");
});

Deno.test("who knows nothing and earns more than a fair try tempts", () => {
  assert.equal(judgement("nothing", worth(1.5, 1.5), [2, 2], 1.4).verdict, "tempts");
  assert.equal(judgement("part", worth(1.5, 1.5), [2, 2], 1.4).verdict, "fails");
  assert.equal(judgement("nothing", worth(1.4, 1.4), [2, 2], 1.4).verdict, "fails");
});

Deno.test("a reward that breaks is told with its question", () => {
  const broken = { broken: 'reward "odd" is NaN' };
  assert.deepEqual(judgement("nothing", [{ value: 9 }, broken], [2, 2], 1), {
    verdict: "breaks",
    mean: NaN,
    at: 1,
    broken: 'reward "odd" is NaN',
  });
});
