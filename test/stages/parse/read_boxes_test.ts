import assert from "node:assert/strict";
import fc from "fast-check";
import { formatAnswer } from "../../../stages/parse/format_answer.ts";
import { readBoxes } from "../../../stages/parse/read_boxes.ts";

const number = fc.oneof(
  fc.integer({ min: -99, max: 1999 }),
  fc.constantFrom(0.5, 12.25, 1e3),
);
const box = fc.record({ x1: number, y1: number, x2: number, y2: number }, {
  noNullPrototype: true,
});
const label = fc.constantFrom("cup", 'dog\'s "big" cup', "a\\b", "{x}", "[1, 2]", "");
const item = fc.record({
  box,
  confidence: fc.constantFrom(0, 0.25, 0.9, 1),
  label,
}, { noNullPrototype: true });

/** Ways to write a list of boxes; each must be read back. */
const WAYS = {
  paper:
    (key: string, quote: (text: string) => string) =>
    ({ box, confidence, label }: { box: Box; confidence: number; label: string }) =>
      `{${quote(key)}: [${corners(box)}], ${quote("Confidence")}: ${confidence}, ` +
      `${quote("Label")}: ${quote(label)}}`,
};
type Box = { x1: number; y1: number; x2: number; y2: number };
const corners = ({ x1, y1, x2, y2 }: Box) => [x1, y1, x2, y2].join(", ");
const double = (text: string) => JSON.stringify(text);
const single = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;

Deno.test("readBoxes() reads what it is given, whatever key, quotes and brackets are used", () => {
  const keys = fc.constantFrom(
    "Position",
    "position",
    "POSITION",
    "bbox_2d",
    "bbox",
    "Box",
  );
  const around = fc.constantFrom<(list: string) => string>(
    (list) => `[${list}]`,
    (list) => "```json\n[\n" + list + "\n]\n```",
    (list) => `{"objects": [${list}]}`,
    (list) => `[${list},]`,
  );
  fc.assert(fc.property(
    fc.array(item, { minLength: 1, maxLength: 4 }),
    keys,
    fc.constantFrom(double, single),
    around,
    (items, key, quote, around) => {
      const read = readBoxes(around(items.map(WAYS.paper(key, quote)).join(", ")));
      assert.deepEqual(read.detections, items);
      assert.equal(read.isWhole, true);
      assert.equal(read.dialect, /position/i.test(key) ? "position" : "bbox");
    },
  ));
});

Deno.test("readBoxes() reads bare lists and corners if they are the content", () => {
  fc.assert(fc.property(fc.array(box, { minLength: 1, maxLength: 4 }), (boxes) => {
    const wanted = boxes.map((box) => ({ box }));
    const bare = readBoxes(`[${boxes.map((box) => `[${corners(box)}]`).join(",")}]`);
    assert.deepEqual([bare.detections, bare.dialect, bare.isWhole], [
      wanted,
      "bare",
      true,
    ]);
    const tokens = boxes.map(({ x1, y1, x2, y2 }) =>
      `<|box_start|>(${x1},${y1}),(${x2},${y2})<|box_end|>`
    );
    const read = readBoxes(tokens.join(""));
    assert.deepEqual([read.detections, read.dialect, read.isWhole], [
      wanted,
      "corners",
      true,
    ]);
  }));
  assert.deepEqual(readBoxes("in [2020, 2021, 2022, 2023]").detections, []);
  assert.equal(readBoxes("at (1,2),(3,4)").isWhole, false);
  assert.equal(
    readBoxes("<|object_ref_start|>cup<|object_ref_end|>(1,2),(3,4)").detections[0]!
      .label,
    "cup",
  );
});

Deno.test("readBoxes() takes nothing half-written for whole", () => {
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 3 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (items, share) => {
        const text = `[${items.map(WAYS.paper("Position", double)).join(", ")}]`;
        const read = readBoxes(text.slice(0, Math.floor(share * (text.length - 1))));
        assert.equal(read.isWhole, false);
        assert.deepEqual(read.detections, items.slice(0, read.detections.length));
      },
    ),
  );
});

Deno.test("readBoxes() is total, and what formatAnswer() writes is read back", () => {
  const junk = fc.array(
    fc.constantFrom(
      "[",
      "]",
      "{",
      "}",
      "(",
      ")",
      "'",
      '"',
      "\\",
      ",",
      ":",
      "1",
      "Position",
      "bbox",
      "```",
      " ",
    ),
    { maxLength: 60 },
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(junk, fc.string()), (text) => {
      for (const { box, confidence = 0 } of readBoxes(text).detections) {
        assert.ok([...Object.values(box), confidence].every(Number.isFinite), text);
      }
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.array(fc.record({ box, confidence: number })), (detections) => {
      const text = formatAnswer({ kind: "detections", detections });
      const inner = text.slice("<answer>".length, -"</answer>".length);
      assert.deepEqual(
        JSON.parse(JSON.stringify(readBoxes(inner).detections)),
        JSON.parse(JSON.stringify(detections)),
      );
    }),
  );
});

Deno.test("readBoxes() takes time in proportion to the text", () => {
  for (
    const piece of [
      "{",
      "{'a': ",
      '{"a": [',
      "(1,2),",
      "[[",
      '{"',
      "{'Position': [1, 2, 3, 4]}, ",
    ]
  ) {
    const time = (n: number) => {
      const text = piece.repeat(n), start = performance.now();
      readBoxes(text);
      return performance.now() - start;
    };
    time(2000);
    const one = Math.min(time(20_000), time(20_000)),
      ten = Math.min(time(200_000), time(200_000));
    assert.ok(ten < 60 * one + 50, `${piece}: ${one} ms, then ${ten} ms`);
  }
});

Deno.test("readBoxes() keeps the first box, label and confidence of an item that can be read", () => {
  const box = { x1: 1, y1: 2, x2: 3, y2: 4 };
  assert.deepEqual(
    readBoxes(
      "{'Position': [1, 2, 3, 4], 'Confidence': 0.5, 'box': 'red', 'score': 'high'}",
    ),
    {
      detections: [{ box, confidence: 0.5 }],
      dialect: "position",
      isWhole: true,
    },
  );
  assert.deepEqual(
    readBoxes("{'label': 'cup', 'box': [1, 2, 3, 4], 'name': 'dog'}").detections,
    [{ box, label: "cup" }],
  );
});

Deno.test("readBoxes() takes no four numbers below an unknown key for a box", () => {
  assert.equal(readBoxes('{"answer": [1, 2, 3, 4]}').dialect, "bare");
  assert.equal(readBoxes('{"boxes": [[1, 2, 3, 4]]}').detections.length, 1);
  for (const key of ["Postion", "rgba", "years"]) {
    assert.deepEqual(readBoxes(`{"${key}": [1, 2, 3, 4]}`).detections, []);
  }
});

Deno.test("readBoxes() reads several boxes under one key, each with the item's label", () => {
  const a = { x1: 1, y1: 2, x2: 3, y2: 4 }, b = { x1: 5, y1: 6, x2: 7, y2: 8 };
  assert.deepEqual(
    readBoxes('{"bbox_2d": [[1, 2, 3, 4], [5, 6, 7, 8]], "label": "cup", "score": 0.5}'),
    {
      detections: [
        { box: a, confidence: 0.5, label: "cup" },
        { box: b, confidence: 0.5, label: "cup" },
      ],
      dialect: "bbox",
      isWhole: true,
    },
  );
  assert.equal(
    readBoxes('[{"bbox": [[1, 2, 3, 4]]}, {"bbox": [5, 6, 7, 8]}]').isWhole,
    true,
  );
  for (
    const text of [
      // Which label is which box's is not said.
      '{"bbox_2d": [[1, 2, 3, 4], [5, 6, 7, 8]], "label": ["cup", "dog"]}',
      '{"bbox_2d": [[1, 2, 3, 4], [5, 6, 7]]}',
      // The paper has one box a Position.
      "{'Position': [[1, 2, 3, 4], [5, 6, 7, 8]]}",
    ]
  ) {
    assert.deepEqual(readBoxes(text).detections, [], text);
  }
});
