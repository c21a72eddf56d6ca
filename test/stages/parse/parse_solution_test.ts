import assert from "node:assert/strict";
import fc from "fast-check";
import { categoryOf } from "../../../data/questions/category_of.ts";
import type { Target } from "../../../data/questions/question.ts";
import { paperPrompt } from "../../../data/questions/prompt.ts";
import { formatSolution } from "../../../stages/parse/format_solution.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";

const box = fc.tuple(fc.nat(999), fc.nat(999), fc.nat(998), fc.nat(998))
  .map(([x, y, w, h]) => ({ x1: x, y1: y, x2: x + w + 1, y2: y + h + 1 }));
const name = fc.constantFrom(
  "cat",
  "hot dog",
  "men's shoe",
  "kids' toys",
  "737-200",
  "café",
);

const plain = { noNullPrototype: true };

Deno.test("what formatSolution writes to the paper's prompts is read back", () => {
  const target: fc.Arbitrary<Target> = fc.oneof(
    fc.record({
      kind: fc.constant("detection" as const),
      category: name,
      boxes: fc.array(box, { maxLength: 4 }),
    }, plain),
    fc.record({ kind: fc.constant("classification" as const), label: name }, plain),
    fc.record({ kind: fc.constant("grounding" as const), box }, plain),
  );
  fc.assert(fc.property(target, (target) => {
    const problem = target.kind === "detection"
      ? paperPrompt({ kind: "detection", category: target.category })
      : "?";
    assert.deepEqual(parseSolution(problem, formatSolution(target)), {
      target,
      frame: "per mille",
    });
    assert.deepEqual(parseSolution(problem, formatSolution(target, "I look.")), {
      target,
      frame: "per mille",
      reasoning: "I look.",
    });
  }));
});

Deno.test("solutions without tags are read, and problems in other words", () => {
  assert.deepEqual(parseSolution("Find things of category 'cat'.", "No Objects").target, {
    kind: "detection",
    category: "cat",
    boxes: [],
  });
  assert.equal(
    categoryOf(parseSolution("Find all.", "[{'Position': [1, 2, 3, 4]}]").target),
    "object",
  );
});

Deno.test("thoughts that say nothing are none, and those of others are trimmed", () => {
  const target = { kind: "classification", label: "cat" };
  assert.deepEqual(parseSolution("?", "<think> </think><answer>cat</answer>"), {
    target,
    frame: "per mille",
  });
  assert.deepEqual(
    parseSolution("?", "<think>\n Fur, <b>paws</b>.\n</think>\n<answer> cat </answer>"),
    { target, frame: "per mille", reasoning: "Fur, <b>paws</b>." },
  );
});

Deno.test("a solution that cannot be read says why", () => {
  const cases: [string, RegExp][] = [
    ["<answer> </answer>", /says nothing/],
    ["<answer>[{'Position': [1, 2, 3]}]</answer>", /boxes cannot be read/],
    ["[{'Position': [1, 2, 3, 4]}, {'Position': [1]}]", /boxes cannot be read/],
    ["[{'Position': [5, 2, 3, 4]}]", /inverted corners: 5, 2, 3, 4/],
    ["[20, 30, 20, 150]", /without area: 20, 30, 20, 150/],
    ["(1,2),(3,4) (1,2),(3,4)", /2 boxes, and neither it nor the problem says of what/],
    ["[[1, 2, 3, 4], [1, 2, 3, 4]]", /2 boxes, and neither it nor the problem/],
    ["The cup is at [1, 2, 3, 4].", /boxes cannot be read/],
    ["The cup is at (1,2),(3,4).", /boxes cannot be read/],
    ["x 1, 2, 3, 4", /boxes cannot be read/],
    ["```json\n[1, 2\n```", /boxes cannot be read/],
    ["[1, 2, 3]", /boxes cannot be read/],
    ['{"label": "cat"}', /boxes cannot be read/],
    ["<b>cat</b>", /boxes cannot be read/],
    ["<|box_start|>", /boxes cannot be read/],
    ["cat\ndog", /boxes cannot be read/],
    ["['cat']", /boxes cannot be read/],
    [
      '[{"bbox": [1, 2, 3, 4], "label": "cat"}, {"bbox": [1, 2, 3, 4], "label": "dog"}]',
      /boxes of "cat" and of "dog"/,
    ],
  ];
  for (const [solution, message] of cases) {
    assert.throws(() => parseSolution("?", solution), { name: "SyntaxError", message });
  }
});

Deno.test("an answer that is damaged does not become a label", () => {
  const problem = "Detect all objects of category 'cup'.";
  for (const solution of ["Ng Objects", "<answer>No jects</answer>", "red"]) {
    assert.throws(() => parseSolution(problem, solution), {
      name: "SyntaxError",
      message: /asks to detect all of "cup", and the solution ".+" is neither boxes nor/,
    });
  }
  for (const solution of ["red</", "<answer>red</>", "red/answer>", "red</`nswer>"]) {
    assert.throws(() => parseSolution("Which colour?", solution), SyntaxError, solution);
  }
  const { target } = parseSolution("Is there any of the category 'cup'?", "Yes");
  assert.deepEqual(target, { kind: "classification", label: "Yes" });
});

Deno.test("tags that are mistyped or beside the blocks are refused, whatever is read", () => {
  for (
    const solution of [
      "<txink>I look.</txink><answer>cat</answer>",
      "<think>I look.</thnk><answer>cat</answer>",
      "<think>I look.</think><anwser>cat</anwser>",
      "<txink>I look.</txink> cat",
      "<reason>I look.</reason><answer>cat</answer>",
      "<think>I look.<answer>cat</answer>",
      "<answer>cat</answer><answer>dog</answer>",
    ]
  ) {
    assert.throws(
      () => parseSolution("?", solution),
      /the tag <|no plain label/,
      solution,
    );
  }
  assert.throws(
    () => parseSolution("?", "<txink>I look.</txink>cat", "label"),
    /did you mean <think>\?/,
  );
  for (
    const [solution, reasoning] of [
      ["<think>a < b, and <b>c</b></think>\n<answer>cat</answer>", "a < b, and <b>c</b>"],
      ["I look.</think><answer>cat</answer>", "I look."],
      ["<Thinking>I look.</Thinking><Answer>cat</Answer>", "I look."],
    ]
  ) {
    assert.deepEqual(parseSolution("?", solution!), {
      target: { kind: "classification", label: "cat" },
      frame: "per mille",
      reasoning,
    });
  }
});

Deno.test("several boxes under one key are all of them, and an empty list under a key none", () => {
  assert.deepEqual(
    parseSolution(
      "Detect all 'cup's.",
      '{"bbox_2d": [[1, 2, 3, 4], [5, 6, 7, 8]], "label": "cup"}',
    )
      .target,
    {
      kind: "detection",
      category: "cup",
      boxes: [{ x1: 1, y1: 2, x2: 3, y2: 4 }, { x1: 5, y1: 6, x2: 7, y2: 8 }],
    },
  );
  assert.deepEqual(
    parseSolution("the category 'cat' in the image", '{"objects": []}').target,
    { kind: "detection", category: "cat", boxes: [] },
  );
});
