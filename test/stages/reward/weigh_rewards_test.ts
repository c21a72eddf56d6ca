import assert from "node:assert/strict";
import fc from "fast-check";
import type { Target } from "../../../data/questions/question.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import type { Reward } from "../../../stages/records.ts";
import { weighRewards } from "../../../stages/reward/weigh_rewards.ts";

const answer = parseAnswer("<answer>cat</answer>");
const target: Target = { kind: "classification", label: "cat" };

const constant = (value: number): Reward => () => value;

Deno.test("weighRewards() takes the weights that are there, not those of every object", () => {
  for (const name of ["constructor", "toString", "hasOwnProperty", "__proto__"]) {
    const rewards = Object.fromEntries([[name, constant(2)]]);
    const weighed = weighRewards(rewards, {}, answer, target);
    assert.ok("sum" in weighed);
    assert.equal(weighed.sum, 2);
    assert.deepEqual(Object.entries(weighed.values), [[name, 2]]);
    const weights = Object.fromEntries([[name, 3]]);
    assert.deepEqual(weighRewards(rewards, weights, answer, target), {
      ...weighed,
      sum: 6,
    });
  }
});

Deno.test("weighRewards() says which terms have no sum", () => {
  const rewards = { a: constant(1e100), b: constant(1e100), c: constant(0) };
  assert.deepEqual(weighRewards(rewards, { b: 5 }, answer, target), {
    overflow: "1 × 1e+100 (a) + 5 × 1e+100 (b) + 1 × 0 (c) = 6e+100",
  });
  const weights = { a: 1e300, b: -1e300 };
  const weighed = weighRewards(rewards, weights, answer, target);
  assert.ok("overflow" in weighed && weighed.overflow.endsWith(" = NaN"));
});

Deno.test("weighRewards() does not ask again what is known", () => {
  const never: Reward = () => assert.fail("was asked");
  const known = new Map([["b", 3]]);
  const weighed = weighRewards({ a: constant(1), b: never }, {}, answer, target, known);
  assert.deepEqual(weighed, { values: { a: 1, b: 3 }, sum: 4 });
  const failure = { failed: "b", why: "threw: null" };
  assert.equal(
    weighRewards({ b: never }, {}, answer, target, new Map([["b", failure]])),
    failure,
  );
});

Deno.test("weighRewards() of any numbers is a sum in range, or names the terms", () => {
  const rewards = fc.dictionary(fc.string(), fc.double());
  const weights = fc.dictionary(fc.string(), fc.double({ noNaN: true }));
  fc.assert(fc.property(rewards, weights, (values, weights) => {
    const functions = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, constant(value)]),
    );
    const weighed = weighRewards(functions, weights, answer, target);
    if ("sum" in weighed) {
      assert.ok(Math.abs(weighed.sum) <= 1e100);
      assert.deepEqual(Object.keys(weighed.values), Object.keys(values));
    } else if ("failed" in weighed) {
      assert.ok(!(Math.abs(values[weighed.failed]!) <= 1e100));
    } else {
      assert.match(weighed.overflow, / = /);
    }
  }));
});
