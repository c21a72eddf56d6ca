import assert from "node:assert/strict";
import fc from "fast-check";
import { readCompletions } from "../../../../pipeline/evaluate/predictions/completions.ts";

const line = {
  id: "1/q/0",
  step: 1,
  prompt: "Where?",
  target: {
    kind: "detection",
    category: "cat",
    boxes: [{ x1: 0, y1: 0, x2: 9, y2: 9 }],
  },
  text: "<answer>No Objects</answer>",
  tokens: 3,
};
const write = (...lines: unknown[]) =>
  lines.map((one) => JSON.stringify(one) + "\n").join("");
const read = (text: string) => readCompletions(text, "c.jsonl");

Deno.test("readCompletions() reads what is scored and leaves the old figures out", () => {
  const frame = { kind: "pixels", width: 84, height: 56 };
  const full = { ...line, frame, reward: 3, rewards: { iou: 9 }, advantage: 1 };
  assert.deepEqual(read(write(line, full)), [line, { ...line, frame }]);
  assert.deepEqual(read("\n\r\n"), []);
  for (
    const target of [
      { kind: "classification", label: "cat" },
      { kind: "classification", label: "aeroplane", aliases: ["airplane"] },
      { kind: "grounding", box: line.target.boxes[0] },
    ]
  ) {
    assert.deepEqual(read(write({ ...line, target }))[0]!.target, target);
  }
});

Deno.test("readCompletions() names the line and the place where it goes wrong", () => {
  const cases: [string, string | RegExp][] = [
    [write(line) + "{", /^c\.jsonl: line 2: is not JSON/],
    [write(line, {}), "c.jsonl: line 2: .id is missing"],
    [
      write({ ...line, tokens: -1 }),
      "c.jsonl: line 1: .tokens must be a count: it is -1",
    ],
    [
      write({ ...line, target: { kind: "caption" } }),
      "c.jsonl: line 1: .target.kind must be a kind of target: detection, classification, grounding, number, text, choice, point or own: " +
      'it is "caption"',
    ],
    [
      write({ ...line, target: { ...line.target, boxes: [{ x1: 1 }] } }),
      "c.jsonl: line 1: .target.boxes[0].y1 is missing",
    ],
    [
      write({ ...line, frame: { kind: "pixels", width: 0, height: 1 } }),
      "c.jsonl: line 1: .frame.width must be a size above 0: it is 0",
    ],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => read(text), { name: "SyntaxError", message });
  }
});

Deno.test("readCompletions() takes a line or refuses it as one, whatever it is", () => {
  fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
    try {
      read(text);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, `${error}`);
    }
  }));
});
