import assert from "node:assert/strict";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { accuracy } from "../../../../stages/reward/paper/accuracy.ts";

Deno.test("paper accuracy asks for the label, letter by letter", () => {
  const target = { kind: "classification", label: "tiger lily" } as const;
  const of = (text: string) => accuracy(parseAnswer(text), target);
  assert.equal(of("<think>x</think><answer>\ntiger lily </answer>"), 1);
  assert.equal(of("<answer>Tiger lily</answer>"), 0);
  assert.equal(of("<answer></answer>"), 0);
  assert.equal(of("tiger lily"), 0);
});
