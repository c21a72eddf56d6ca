import assert from "node:assert/strict";
import fc from "fast-check";
import type { CoordinateFrame } from "../../../data/geometry/frame.ts";
import { encodeMask } from "../../../data/geometry/mask/rle.ts";
import type { OwnTarget, Target } from "../../../data/questions/question.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import { pointHit } from "../../../stages/reward/kinds/point_hit.ts";
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

Deno.test("formatSolution() states numbers, texts, choices, points and the caller's kinds", () => {
  const mask = encodeMask({ height: 2, width: 2, pixels: [0, 0, 0, 1] });
  const whole = { x1: 0, y1: 0, x2: 1000, y2: 1000 };
  const own: Target = { kind: "own", name: "clock", truth: { minutes: 90 } };
  const solutions: readonly [content: string, target: Target][] = [
    ["3", { kind: "number", value: 3 }],
    ["-2.5", { kind: "number", value: -2.5 }],
    ["EXIT", { kind: "text", text: "EXIT" }],
    ["B", { kind: "choice", choice: "B", options: ["red", "blue"] }],
    ["(20,30)", { kind: "point", box }],
    // The box's centre is no pixel of the mask.
    ["(750,750)", { kind: "point", box: whole, mask }],
    ['{"minutes":90}', own],
  ];
  for (const [content, target] of solutions) {
    assert.equal(formatSolution(target), `<answer>${content}</answer>`);
  }
  const clock = ({ truth }: OwnTarget) => `${(truth as { minutes: number }).minutes} min`;
  assert.equal(
    formatSolution(own, "x", undefined, clock),
    "<think>x</think><answer>90 min</answer>",
  );
});

Deno.test("a point is stated where its reward finds it, in every frame", () => {
  const side = fc.integer({ min: 2, max: 12 });
  const bitmap = fc.tuple(side, side).chain(([height, width]) =>
    fc.array(fc.constantFrom(0, 0, 1), {
      minLength: height * width,
      maxLength: height * width,
    }).map((pixels) => ({ height, width, pixels }))
  ).filter(({ pixels }) => pixels.includes(1));
  const frames = fc.constantFrom<CoordinateFrame>(
    { kind: "per mille" },
    { kind: "unit" },
    { kind: "pixels", width: 640, height: 480 },
  );
  fc.assert(fc.property(bitmap, frames, (bitmap, frame) => {
    const mask = encodeMask(bitmap);
    const box = { x1: 0, y1: 0, x2: 1000, y2: 1000 };
    const target: Target = { kind: "point", box, mask };
    const answer = parseAnswer(formatSolution(target, undefined, frame), frame);
    assert.equal(pointHit(answer, target), 1);
  }));
});
