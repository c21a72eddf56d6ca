import assert from "node:assert/strict";
import type { Target } from "../../../data/questions/question.ts";
import { kindFigures } from "../../../stages/evaluate/kind_figures.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";

const says = (content: string, target: Target) => (
  { answer: parseAnswer(`<answer>${content}</answer>`), target }
);

Deno.test("kindFigures() tells how numbers, texts, choices and points were answered", () => {
  const three: Target = { kind: "number", value: 3, tolerance: 0.5 };
  const exit: Target = { kind: "text", text: "EXIT" };
  const blue: Target = { kind: "choice", choice: "B" };
  const point: Target = { kind: "point", box: { x1: 0, y1: 0, x2: 9, y2: 9 } };
  assert.deepEqual(
    kindFigures([
      ...["3", "3.5", "7", "many"].map((content) => says(content, three)),
      ...["EXIT", "EXT"].map((content) => says(content, exit)),
      ...["B", "A", "A", "A"].map((content) => says(content, blue)),
      ...["(1,1)", "(10,1)"].map((content) => says(content, point)),
      says("cat", { kind: "classification", label: "cat" }),
    ]),
    {
      number_accuracy: 0.5,
      number_mean_error: 1.5, // 0, 0.5 and 4; "many" states none
      text_similarity: 0.875,
      text_exact: 0.5,
      choice_accuracy: 0.25,
      point_accuracy: 0.5,
    },
  );
});

Deno.test("kindFigures() leaves out what has no data, and stays finite", () => {
  assert.deepEqual(kindFigures([]), {});
  const far = says("1" + "0".repeat(70), { kind: "number", value: -Number.MAX_VALUE });
  assert.deepEqual(kindFigures([far, far]), {
    number_accuracy: 0,
    number_mean_error: 1e100,
  });
  assert.deepEqual(kindFigures([says("many", { kind: "number", value: 3 })]), {
    number_accuracy: 0,
  });
});
