import assert from "node:assert/strict";
import type { Target } from "../../../../data/questions/question.ts";
import { formatSolution } from "../../../../stages/parse/format_solution.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { chooseRewards } from "../../../../stages/reward/choose_rewards.ts";
import { isInAskedForm } from "../../../../stages/reward/criteria/in_asked_form.ts";

const box = { x1: 10, y1: 20, x2: 300, y2: 400 };
const detection: Target = { kind: "detection", category: "cup", boxes: [box, box] };
const absent: Target = { kind: "detection", category: "cup", boxes: [] };
const grounding: Target = { kind: "grounding", box };
const stated: readonly (readonly [Target, number])[] = [[detection, 2], [grounding, 1]];

Deno.test("solutions are in the form that they are written in, and in no other", () => {
  for (const form of ["position", "bbox_2d"] as const) {
    const other = form === "position" ? "bbox_2d" : "position";
    for (const [target, count] of stated) {
      const text = formatSolution(target, undefined, undefined, undefined, form);
      const answer = parseAnswer(text);
      assert.equal(answer.detections.length, count);
      assert.ok(isInAskedForm(answer, target.kind, form), text);
      assert.ok(!isInAskedForm(answer, target.kind, other), text);
      assert.ok(isInAskedForm(answer, target.kind, undefined), text);
    }
    for (const content of ["No Objects", "[]"]) {
      const answer = parseAnswer(`<answer>${content}</answer>`);
      assert.ok(isInAskedForm(answer, absent.kind, form));
      assert.ok(!isInAskedForm(answer, grounding.kind, form));
    }
    for (const content of ["a cup", "[{'Position': [1, 2", "at (1,2),(3,4)"]) {
      const answer = parseAnswer(`<answer>${content}</answer>`);
      assert.ok(!isInAskedForm(answer, detection.kind, form), content);
      assert.ok(!isInAskedForm(answer, grounding.kind, form), content);
    }
  }
});

Deno.test("the hardened format alone pays for the form, the others for the tags", () => {
  const answer = parseAnswer("<think>red</think><answer>a cup</answer>");
  const paid = (profile: "hardened" | "paper", form?: "position") =>
    chooseRewards(profile)(detection, form).format!(answer, detection);
  assert.equal(paid("hardened", "position"), 0);
  assert.equal(paid("hardened"), 1);
  assert.equal(paid("paper", "position"), 1);
});
