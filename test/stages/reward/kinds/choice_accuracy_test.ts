import assert from "node:assert/strict";
import type { Target } from "../../../../data/questions/question.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { choiceAccuracy } from "../../../../stages/reward/kinds/choice_accuracy.ts";

const options = ["red", "blue", "green"];
const earned = (content: string, target: Target) =>
  choiceAccuracy(parseAnswer(`<answer>${content}</answer>`), target);

Deno.test("choiceAccuracy() pays the right option alone, by letter or by text", () => {
  const blue: Target = { kind: "choice", choice: "B", options };
  for (const right of ["B", "(b)", "B. blue", "Blue"]) {
    assert.equal(earned(right, blue), 1);
  }
  for (const wrong of ["A", "red", "A, B, C", "A: blue", "B: red", "", "blue or red"]) {
    assert.equal(earned(wrong, blue), 0, wrong);
  }
  const bare: Target = { kind: "choice", choice: "B" };
  assert.deepEqual(["B", "B. blue", "blue"].map((c) => earned(c, bare)), [1, 1, 0]);
});

Deno.test("choiceAccuracy() gives nothing without an answer, or for another kind", () => {
  const answer = parseAnswer("<think>B</think>");
  assert.equal(choiceAccuracy(answer, { kind: "choice", choice: "B" }), 0);
  assert.equal(earned("B", { kind: "classification", label: "B" }), 0);
});
