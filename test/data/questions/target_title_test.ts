import assert from "node:assert/strict";
import type { Target } from "../../../data/questions/question.ts";
import { targetTitle } from "../../../data/questions/target_title.ts";

const box = { x1: 0, y1: 0, x2: 9, y2: 9 };

Deno.test("targetTitle() says in a few words what is right", () => {
  const titles: readonly [title: string, target: Target][] = [
    ["no cup", { kind: "detection", category: "cup", boxes: [] }],
    ["cup", { kind: "detection", category: "cup", boxes: [box] }],
    ["3 × cup", { kind: "detection", category: "cup", boxes: [box, box, box] }],
    ["tiger lily", { kind: "classification", label: "tiger lily" }],
    ["one region", { kind: "grounding", box }],
    ["3", { kind: "number", value: 3 }],
    ["3 ± 0.5", { kind: "number", value: 3, tolerance: 0.5 }],
    ["EXIT", { kind: "text", text: "EXIT" }],
    ["B", { kind: "choice", choice: "B" }],
    ["B: blue", { kind: "choice", choice: "B", options: ["red", "blue"] }],
    ["a point", { kind: "point", box }],
    ['clock: {"minutes":90}', { kind: "own", name: "clock", truth: { minutes: 90 } }],
    ["1:30", { kind: "own", name: "clock", truth: { minutes: 90 }, title: "1:30" }],
  ];
  for (const [title, target] of titles) assert.equal(targetTitle(target), title);
});
