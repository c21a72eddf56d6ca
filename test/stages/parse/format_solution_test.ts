import assert from "node:assert/strict";
import { formatSolution } from "../../../stages/parse/format_solution.ts";

const box = { x1: 10.4, y1: 20, x2: 30, y2: 40.6 };

Deno.test("formatSolution() states every true box with confidence 1", () => {
  assert.equal(
    formatSolution({ kind: "detection", category: "cat", boxes: [box] }),
    "<answer>[{'Position': [10.4, 20, 30, 40.6], 'Confidence': 1}]</answer>",
  );
});

Deno.test("formatSolution() states labels, and regions in integers", () => {
  assert.equal(
    formatSolution({ kind: "classification", label: "tiger lily" }, "spots"),
    "<think>spots</think><answer>tiger lily</answer>",
  );
  assert.equal(
    formatSolution({ kind: "grounding", box }),
    "<answer>(10,20),(30,41)</answer>",
  );
});
