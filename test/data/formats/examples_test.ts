import assert from "node:assert/strict";
import { exampleRows, type ExampleTable } from "../../../data/formats/examples.ts";
import {
  paperAnswerPrompt,
  paperPrompt,
  type PromptSet,
  shortPrompt,
} from "../../../data/questions/prompt.ts";
import { rowSource } from "../../../data/formats/rows.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";

const solutions = [
  "<think>Fur and paws.</think><answer>cat</answer>",
  "<answer>dog</answer>",
  "<think>\nTwo of them.\n</think>\n<answer>[{'Position': [1, 2, 30, 40]}]</answer>",
];

const table: ExampleTable = {
  name: "made",
  folder: ".",
  texts: solutions.map((solution) => ({ problem: "What is it?", solution })),
  manifest: {},
  place: (index) => ({ file: "made", row: index }),
  image: () => Promise.resolve(null),
};

Deno.test("a solution's thoughts are a row's reasoning, and its answer the target", async () => {
  const rows = exampleRows(table, parseSolution);
  const [cat, dog, boxes] = await Promise.all([0, 1, 2].map((i) => rows.row(i)));
  assert.equal(cat!.reasoning, "Fur and paws.");
  assert.deepEqual(cat!.target, { kind: "classification", label: "cat" });
  assert.ok(!("reasoning" in dog!));
  assert.equal(boxes!.reasoning, "Two of them.");
  assert.equal(boxes!.target.kind, "detection");
});

Deno.test("a source counts the reasoning texts of its own rows, and shows no others", () => {
  const rows = exampleRows(table, parseSolution);
  assert.equal(rowSource(rows, { name: "all" }).reasoned, 2);
  assert.equal(rowSource(rows, { name: "some", places: [1, 2] }).reasoned, 1);
  const { manifest } = rowSource({ ...rows, holdsReasoning: undefined }, {
    name: "none",
  });
  assert.deepEqual(manifest, rowSource(rows, { name: "all" }).manifest);
});

Deno.test("a prompt set decides the words of a table's problems", async () => {
  const problem = paperPrompt({ kind: "classification" });
  const paper = { ...table, texts: [{ problem, solution: "cat" }] };
  const asked = async (prompts?: PromptSet) =>
    (await exampleRows(paper, parseSolution, { prompts }).row(0)).prompt;
  assert.equal(await asked(), problem);
  assert.equal(await asked(shortPrompt), problem);
  const alone = paperAnswerPrompt({ kind: "classification" });
  assert.equal(await asked(paperAnswerPrompt), alone);
});

Deno.test("tags that do not fit a row's images are an error that names file and row", () => {
  const asked = (problem: string, images: number) =>
    exampleRows({
      ...table,
      texts: [{ problem: "What is it?", solution: "cat" }, { problem, solution: "cat" }],
      images: (index) => index === 0 ? 1 : images,
    }, parseSolution);
  assert.throws(() => asked("Is <image> like <image>?", 1), {
    name: "SyntaxError",
    message: /^made, row 1: the words have 2 <image> tags, and there are 1 images/,
  });
  assert.throws(() => asked("<image>What is it?", 2), /row 1: the words have 1 <image>/);
  assert.throws(() => asked("What is it?", 17), /row 1: it has 17 images/);
  assert.deepEqual(asked("Is <image> like <image>?", 2).pictures?.(1), [
    "made/1",
    "made/1/1",
  ]);
});
