import assert from "node:assert/strict";
import type { Target } from "../../../data/questions/question.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import { chooseRewards, rewardNames } from "../../../stages/reward/choose_rewards.ts";
import { checkRewardWeights } from "../../../stages/reward/reward_weights.ts";
import {
  checkTargetKinds,
  described,
  type TargetKind,
} from "../../../stages/reward/target_kind.ts";

const clock: TargetKind<{ readonly minutes: number }> = {
  rewards: { near: ({ content }, { minutes }) => Number(Number(content) === minutes) },
  category: ({ minutes }) => minutes < 720 ? "morning" : "evening",
  title: ({ minutes }) => `${minutes} minutes`,
};
const kinds = { clock };
const target: Target = { kind: "own", name: "clock", truth: { minutes: 90 } };
const answer = parseAnswer("<think>x</think><answer>90</answer>");

Deno.test("chooseRewards() gives a target of a caller's kind the kind's rewards", () => {
  const choose = chooseRewards("hardened", {}, undefined, kinds);
  const rewards = choose(target);
  assert.deepEqual(Object.keys(rewards), ["near", "format"]);
  assert.deepEqual(Object.values(rewards).map((reward) => reward(answer, target)), [
    1,
    1,
  ]);
  assert.deepEqual(Object.keys(choose({ kind: "number", value: 1 })), [
    "accuracy",
    "format",
  ]);
  const alone = chooseRewards("none", {}, undefined, kinds);
  assert.deepEqual(Object.keys(alone(target)), ["near"]);
  const beside = chooseRewards("none", { brief: () => 1 }, undefined, kinds);
  assert.deepEqual(Object.keys(beside(target)), ["near", "brief"]);
  assert.equal(rewards.near!(answer, { kind: "number", value: 90 }), 0);
});

Deno.test("a kind that nobody defines is named, with how it is given", () => {
  const choose = chooseRewards("hardened", {}, undefined, kinds);
  assert.throws(() => choose({ ...target, name: "clok" }), {
    name: "RangeError",
    message:
      'No kind of target "clok" is defined: did you mean "clock"?; give it from a ' +
      "program, as in train(settings, { targetKinds: { clok: … } })",
  });
  assert.throws(
    () => chooseRewards("hardened")({ ...target, name: "a b" }),
    /RangeError: No kind of target "a b" is defined: give it .* \{ "a b": … \}/,
  );
  // Names that every object has are no kinds.
  assert.throws(() => choose({ ...target, name: "constructor" }), RangeError);
});

Deno.test("kinds of targets have names that a metric can have, and rewards", () => {
  checkTargetKinds(kinds);
  assert.throws(() => checkTargetKinds({ "a/b": clock }), /cannot be called "a\/b"/);
  assert.throws(() => checkTargetKinds({ a: { rewards: { "x=": () => 1 } } }), /"x="/);
  assert.throws(
    () => checkTargetKinds({ a: { rewards: { x: () => 1 }, figures: { "": () => 1 } } }),
    /it is empty/,
  );
  assert.throws(
    () => checkTargetKinds({ a: { rewards: {} } }),
    /RangeError: The kind of target "a" has no rewards/,
  );
});

Deno.test("two rewards of one name for one target are refused", () => {
  const named = (name: string) => ({ clock: { rewards: { [name]: () => 1 } } });
  assert.throws(
    () => chooseRewards("paper", {}, undefined, named("format")),
    /The kind of target "clock" has a reward "format", .*another name/,
  );
  assert.throws(
    () => chooseRewards("paper", { brief: () => 1 }, undefined, named("brief")),
    /"brief"/,
  );
  // Those of another kind of target never meet it.
  chooseRewards("paper", {}, undefined, named("accuracy"));
  chooseRewards("none", {}, undefined, named("format"));
});

Deno.test("rewards of the caller's kinds have weights", () => {
  checkRewardWeights({ near: 2, format: 0.5 }, "hardened", {}, kinds);
  assert.throws(() => checkRewardWeights({ near: 2 }, "hardened"), RangeError);
  assert.deepEqual(rewardNames("none", kinds), ["near"]);
});

Deno.test("described() adds category and title, and leaves other targets alone", () => {
  assert.deepEqual(described(target, kinds), {
    ...target,
    category: "morning",
    title: "90 minutes",
  });
  const bare = { clock: { rewards: clock.rewards } };
  assert.deepEqual(described(target, bare), target);
  const number: Target = { kind: "number", value: 1 };
  assert.equal(described(number, {}), number);
});
