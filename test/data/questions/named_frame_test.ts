import assert from "node:assert/strict";
import { paperPrompt } from "../../../data/questions/prompt.ts";
import { namedFrame } from "../../../data/questions/named_frame.ts";

Deno.test("namedFrame() knows the words for each frame", () => {
  const cases: [string, string | undefined][] = [
    [paperPrompt({ kind: "detection", category: "cat" }), "per mille"],
    ["Give boxes as integers in [0, 1000].", "per mille"],
    ["coordinates from 0-999", "per mille"],
    ["Give normalized coordinates between 0 and 1.", "unit"],
    ["box coordinates in [0,1]", "unit"],
    ["Report the box in pixels.", "pixels"],
    ["Use absolute coordinates.", "pixels"],
    ["Where is the cup?", undefined],
    ["How many pixels wide is a 0-1 score?", undefined],
    [paperPrompt({ kind: "classification" }), undefined],
  ];
  for (const [words, frame] of cases) assert.equal(namedFrame(words), frame, words);
});

Deno.test("namedFrame() refuses words for two frames", () => {
  assert.throws(() => namedFrame("in pixels, between 0 and 1000"), {
    name: "SyntaxError",
    message: /asks for boxes in per mille and in pixels/,
  });
});
