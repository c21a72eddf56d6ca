import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import { completionText, MONSTERS } from "../../support/completions.ts";

const says = (content: string) =>
  parseAnswer(`<think>t</think><answer>${content}</answer>`);
const boxes = (content: string) =>
  says(content).detections.map(({ box: { x1, y1, x2, y2 }, confidence }) => [
    x1,
    y1,
    x2,
    y2,
    confidence,
  ]);

Deno.test("parseAnswer() reads boxes in the paper's form", () => {
  assert.deepEqual(
    parseAnswer(
      "<think>two</think> <answer>[{'Position': [1, 2, 3, 4], 'Confidence': 0.5}, " +
        "{'Position': [5, 6, 7, 8], 'Confidence': 1}]</answer>",
    ),
    {
      text:
        "<think>two</think> <answer>[{'Position': [1, 2, 3, 4], 'Confidence': 0.5}, " +
        "{'Position': [5, 6, 7, 8], 'Confidence': 1}]</answer>",
      think: "two",
      content: "[{'Position': [1, 2, 3, 4], 'Confidence': 0.5}, " +
        "{'Position': [5, 6, 7, 8], 'Confidence': 1}]",
      wellFormed: true,
      answerAlone: false,
      detections: [
        { box: { x1: 1, y1: 2, x2: 3, y2: 4 }, confidence: 0.5 },
        { box: { x1: 5, y1: 6, x2: 7, y2: 8 }, confidence: 1 },
      ],
      noObjects: false,
    },
  );
});

Deno.test("parseAnswer() reads JSON, line breaks, single objects and other keys", () => {
  const one = [[1, 2, 3, 4, 0.5]];
  assert.deepEqual(boxes('[{"Position": [1, 2, 3, 4], "Confidence": 0.5}]'), one);
  assert.deepEqual(boxes("[\n{'Position': [1, 2,\n3, 4],\n'Confidence': 0.5}\n]"), one);
  assert.deepEqual(boxes("{'Position': [1, 2, 3, 4], 'Confidence': 0.5}"), one);
  assert.deepEqual(boxes("[{'Confidence': 0.5, 'Position': [1, 2, 3, 4]}]"), one);
  assert.deepEqual(boxes("[[{'Position': [1, 2, 3, 4], 'Confidence': 0.5},]]."), one);
  assert.deepEqual(
    boxes(
      "```json\n[{'Label': \"driver's\", 'Position': [1,2,3,4],'Confidence': 5e-1}]```",
    ),
    one,
  );
});

Deno.test("parseAnswer() keeps the complete items of a list that was cut off", () => {
  const list = "[{'Position': [1, 2, 3, 4], 'Confidence': 0.5}, {'Position': [5, 6";
  assert.deepEqual(boxes(list), [[1, 2, 3, 4, 0.5]]);
  const cut = parseAnswer(`<think>t</think><answer>${list}`);
  assert.equal(cut.content, list);
  assert.equal(cut.wellFormed, false);
  assert.equal(cut.detections.length, 1);
});

Deno.test("parseAnswer() takes no malformed number for a confidence", () => {
  for (
    const word of [
      "0.050.05",
      "NaN",
      "Infinity",
      "1e309",
      "true",
      "٠",
      "",
      "0.5 1",
    ]
  ) {
    assert.deepEqual(
      boxes(`[{'Position': [1, 2, 3, 4], 'Confidence': ${word}}]`),
      [[1, 2, 3, 4, undefined]],
      word,
    );
  }
  assert.deepEqual(boxes("[{'Position': [1, 2, 3, 4], 'Confidence': -5}]"), [[
    1,
    2,
    3,
    4,
    -5,
  ]]);
});

Deno.test("parseAnswer() takes nothing but four numbers for a position", () => {
  for (
    const word of ["[1, 2, 3]", "[1, 2, 3, 4, 5]", "['one', 2, 3, 4]", "[1, 2, 3, 1e309]"]
  ) {
    assert.deepEqual(boxes(`[{'Position': ${word}, 'Confidence': 0.5}]`), [], word);
  }
  assert.deepEqual(boxes("[{'Confidence': 0.5}]"), []);
  assert.deepEqual(boxes("In [1, 2, 3, 4] places"), []);
});

Deno.test("parseAnswer() reads a region as two points", () => {
  assert.deepEqual(boxes("(1,2),(3,4)"), [[1, 2, 3, 4, undefined]]);
  assert.deepEqual(boxes("The box is ( 1 , 2.5 ) ,\n( -3 , 4 )!"), [[
    1,
    2.5,
    -3,
    4,
    undefined,
  ]]);
  assert.deepEqual(boxes("(1,2),(3,4),(5,6),(7,8)").length, 2);
  assert.deepEqual(boxes("(x1,y1),(x2,y2)"), []);
});

Deno.test("parseAnswer() knows 'No Objects' by itself only", () => {
  for (
    const content of [
      ...[
        "No Objects",
        " no objects\n",
        "'No Objects'",
        "No Objects.",
        "[]",
        "[ ]",
        "{}",
      ],
      ...["['No Objects']", "None", "No object", "No objects found.", "```json\n[]\n```"],
    ]
  ) {
    assert.equal(says(content).noObjects, true, content);
  }
  for (
    const content of ["", "[[]]", "No Objects, or a cat", "No", "[0]", "None of these"]
  ) {
    assert.equal(says(content).noObjects, false, content);
  }
  assert.equal(parseAnswer("No Objects").noObjects, false);
});

Deno.test("parseAnswer() reads nothing outside of the answer block", () => {
  const quoted = parseAnswer(
    "<think>say <answer>dog</answer></think><answer>cat</answer>",
  );
  assert.equal(quoted.content, "cat");
  assert.equal(quoted.wellFormed, false);
  const bare = parseAnswer("[{'Position': [1, 2, 3, 4], 'Confidence': 0.5}]");
  assert.deepEqual(bare.detections, []);
  assert.ok(!("content" in bare) && !("think" in bare));
});

Deno.test("parseAnswer() calls one think block and one answer block well formed", () => {
  const wellFormed = (text: string) => parseAnswer(text).wellFormed;
  assert.ok(wellFormed("<think>a</think><answer>b</answer>"));
  assert.ok(wellFormed("\n<think>\na\n</think>\n\n<answer>\nb\n</answer>\n"));
  assert.ok(!wellFormed("<think>a</think><answer>b</answer> done"));
  assert.ok(!wellFormed("<think>a</think> so <answer>b</answer>"));
  assert.ok(!wellFormed("<answer>b</answer><think>a</think>"));
  assert.ok(!wellFormed("<think>a</think><answer>b</answer><answer>c</answer>"));
  assert.ok(!wellFormed("<think>a</think><answer><think>b</think>c</answer>"));
  assert.ok(!wellFormed("<THINK>a</THINK><ANSWER>b</ANSWER>"));
});

Deno.test("parseAnswer() tells an answer block alone from one with anything around it", () => {
  const alone = (text: string) => parseAnswer(text).answerAlone;
  assert.ok(alone("<answer>b</answer>"));
  assert.ok(alone("\n<answer>\nb\n</answer>\n"));
  assert.ok(alone("<answer></answer>"));
  assert.ok(!alone("<think>a</think><answer>b</answer>"));
  assert.ok(!alone("<think></think><answer>b</answer>"));
  assert.ok(!alone("<answer>b</answer><answer>c</answer>"));
  assert.ok(!alone("<answer><think>a</think>b</answer>"));
  assert.ok(!alone("So <answer>b</answer>"));
  assert.ok(!alone("<answer>b</answer>."));
  assert.ok(!alone("</answer>b<answer>"));
  assert.ok(!alone("<answer>b"));
  assert.ok(!alone("b") && !alone(""));
});

Deno.test("parseAnswer() reads any text, and finite numbers only", () => {
  const total = (text: string) => {
    const answer = parseAnswer(text);
    assert.equal(answer.text, text);
    for (const { box, confidence = 0 } of answer.detections) {
      assert.ok([...Object.values(box), confidence].every(Number.isFinite));
    }
  };
  fc.assert(fc.property(completionText, total), { numRuns: 1000 });
  MONSTERS.forEach(total);
});

Deno.test("parseAnswer() is linear in the length of the text", () => {
  const started = performance.now();
  for (const text of MONSTERS) parseAnswer(text);
  // 50 ms in all where this was written; quadratic readers need minutes.
  assert.ok(performance.now() - started < 3000);
});

Deno.test("parseAnswer() leads boxes out of the frame that the model speaks", () => {
  const text = "<answer>[{'Position': [28, 14, 140, 70], 'Confidence': 0.5}]</answer>";
  const { detections } = parseAnswer(text, { kind: "pixels", width: 280, height: 140 });
  assert.deepEqual(detections, [
    { box: { x1: 100, y1: 100, x2: 500, y2: 500 }, confidence: 0.5 },
  ]);
  assert.deepEqual(
    parseAnswer("<answer>(0,0.25),(0.5,1)</answer>", { kind: "unit" }).detections,
    [{ box: { x1: 0, y1: 250, x2: 500, y2: 1000 } }],
  );
});

Deno.test("parseAnswer() states finite numbers only, in any frame", () => {
  const narrow = { kind: "pixels", width: 1, height: 1 } as const;
  const text = "<answer>(1e306,0),(1,1) (0,0),(1,1)</answer>";
  assert.deepEqual(parseAnswer(text, narrow).detections, [
    { box: { x1: 0, y1: 0, x2: 1000, y2: 1000 } },
  ]);
});

Deno.test("parseAnswer() keeps the label of a box that follows the thoughts without answer tags", () => {
  const box = "<|object_ref_start|>dog<|object_ref_end|>" +
    "<|box_start|>(1,2),(3,4)<|box_end|>";
  assert.deepEqual(parseAnswer(`<think>t</think>${box}<|im_end|>`).detections, [
    { box: { x1: 1, y1: 2, x2: 3, y2: 4 }, label: "dog" },
  ]);
  assert.ok(!("content" in parseAnswer("<think>t</think>red</answer>")));
});
