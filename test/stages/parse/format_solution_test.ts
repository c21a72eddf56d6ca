import assert from "node:assert/strict";
import { formatSolution } from "../../../stages/parse/format_solution.ts";

const box = { x1: 10.4, y1: 20, x2: 30, y2: 40.6 };

Deno.test("formatSolution() states every true box with confidence 1", () => {
  assert.equal(
    formatSolution({ kind: "detection", category: "cat", boxes: [box] }),
    "<answer>[{'Position': [10, 20, 30, 41], 'Confidence': 1}]</answer>",
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

Deno.test("formatSolution() writes whole pixels, or shares of a side, for models that speak so", () => {
  const detection = { kind: "detection", category: "cat", boxes: [box] } as const;
  const coarse = { kind: "per mille", step: 10 } as const;
  assert.equal(
    formatSolution({ kind: "grounding", box }, undefined, coarse),
    "<answer>(10,20),(30,40)</answer>",
  );
  const pixels = { kind: "pixels", width: 280, height: 140 } as const;
  // 10.4 ‰ of 280 are 2.9 pixels, 20 ‰ of 140 are 2.8, 30 ‰ are 8.4, 40.6 ‰ are 5.7.
  assert.equal(
    formatSolution(detection, undefined, pixels),
    "<answer>[{'Position': [3, 3, 8, 6], 'Confidence': 1}]</answer>",
  );
  assert.equal(
    formatSolution({ kind: "grounding", box }, undefined, { kind: "unit" }),
    "<answer>(0.01,0.02),(0.03,0.041)</answer>",
  );
});
