import assert from "node:assert/strict";
import fc from "fast-check";
import { formatAnswer } from "../../../stages/parse/format_answer.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
  .map((x) => x + 0); // −0 is written as 0
const box = fc.tuple(finite, finite, finite, finite)
  .map(([x1, y1, x2, y2]) => ({ x1, y1, x2, y2 }));
const detection = fc.oneof(
  fc.tuple(box, finite).map(([box, confidence]) => ({ box, confidence })),
  box.map((box) => ({ box })),
);
const plain = fc.string({ unit: "binary" }).filter((text) =>
  !/<\/?(think|answer)>/.test(text)
);
const think = fc.option(plain, { nil: undefined });

Deno.test("formatAnswer() writes boxes as the paper's prompt shows them", () => {
  const box = { x1: 10, y1: 20, x2: 30, y2: 40 };
  assert.equal(
    formatAnswer(
      { kind: "detections", detections: [{ box, confidence: 0.9 }, { box }] },
      "t",
    ),
    "<think>t</think><answer>[{'Position': [10, 20, 30, 40], 'Confidence': 0.9}, " +
      "{'Position': [10, 20, 30, 40]}]</answer>",
  );
  assert.equal(
    formatAnswer({ kind: "detections", detections: [] }),
    "<answer>No Objects</answer>",
  );
  assert.equal(formatAnswer({ kind: "region", box }), "<answer>(10,20),(30,40)</answer>");
});

Deno.test("parseAnswer() reads the boxes that formatAnswer() wrote", () => {
  fc.assert(fc.property(fc.array(detection), think, (detections, think) => {
    const answer = parseAnswer(formatAnswer({ kind: "detections", detections }, think));
    assert.deepEqual(answer.detections, detections);
    assert.equal(answer.noObjects, detections.length === 0);
    assert.equal(answer.think, think);
    assert.equal(answer.wellFormed, think !== undefined);
  }));
});

Deno.test("parseAnswer() reads the region that formatAnswer() wrote", () => {
  fc.assert(fc.property(box, think, (box, think) => {
    const answer = parseAnswer(formatAnswer({ kind: "region", box }, think));
    assert.deepEqual(answer.detections, [{ box }]);
  }));
});

Deno.test("parseAnswer() reads the label that formatAnswer() wrote", () => {
  fc.assert(fc.property(plain.map((label) => label.trim()), think, (label, think) => {
    const answer = parseAnswer(formatAnswer({ kind: "label", label }, think));
    assert.equal(answer.content, label);
  }));
});

Deno.test("formatAnswer() refuses what cannot be read back", () => {
  assert.throws(
    () => formatAnswer({ kind: "label", label: "a</answer>" }),
    /RangeError: A label to be written must not hold the tag <\/answer>/,
  );
  assert.throws(
    () => formatAnswer({ kind: "label", label: "a" }, "<think>"),
    /RangeError: Thoughts to be written must not hold the tag <think>/,
  );
  assert.throws(
    () => formatAnswer({ kind: "region", box: { x1: NaN, y1: 0, x2: 1, y2: 1 } }),
    /RangeError: A coordinate to be written is NaN/,
  );
});
