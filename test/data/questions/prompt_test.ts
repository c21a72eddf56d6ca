import assert from "node:assert/strict";
import {
  paperAnswerPrompt,
  paperPrompt,
  PROMPT_SETS,
  promptsFor,
  type PromptTask,
  shortPrompt,
} from "../../../data/questions/prompt.ts";
import { readFixture } from "../../support/fixtures.ts";

/** What the official code asked the reference model. */
function official(file: string): string {
  const { rows } = readFixture<
    { rows: { messages: { content: { type: string; text?: string }[] }[] }[] }
  >(`qwen2_vl/expected/${file}.json`);
  return rows[0]!.messages[0]!.content.find(({ type }) => type === "text")!.text!;
}

Deno.test("the paper's prompts are the official ones, letter by letter", () => {
  assert.equal(
    paperPrompt({ kind: "detection", category: "cat" }),
    official("det_single"),
  );
  assert.equal(
    paperPrompt({ kind: "classification", subject: "plant", attribute: "species" }),
    official("cls_single"),
  );
  assert.equal(
    paperPrompt({
      kind: "grounding",
      instruction: "the object that tells drivers to halt before the crossing",
    }),
    official("lisa_single"),
  );
});

Deno.test("the paper's classification prompt asks for an object's category by default", () => {
  const text = paperPrompt({ kind: "classification" });
  assert.match(
    text,
    /^This is an image containing an object\. Please identify the category/,
  );
  assert.match(text, /<answer>category name<\/answer>/);
});

Deno.test("short prompts are one line", () => {
  assert.equal(
    shortPrompt({ kind: "detection", category: "palm tree" }),
    "Detect all objects of category 'palm tree'",
  );
  assert.equal(shortPrompt({ kind: "classification" }), "What is the main object?");
  assert.equal(
    shortPrompt({ kind: "grounding", instruction: "the animal left of the car" }),
    "Find the animal left of the car",
  );
});

Deno.test("presence is a question of its own, but to the embedded model", () => {
  const presence = { kind: "presence", category: "cat" } as const;
  assert.equal(shortPrompt(presence), shortPrompt({ ...presence, kind: "detection" }));
  assert.match(
    paperPrompt(presence),
    /^Is there any object belonging to the category 'cat' in the image\?\n/,
  );
  assert.match(paperPrompt(presence), /<answer>Yes or No<\/answer>/);
});

Deno.test("without thinking the paper's prompts ask for the answer block alone", () => {
  assert.equal(
    paperAnswerPrompt({ kind: "classification", subject: "plant", attribute: "species" }),
    "This is an image containing a plant. Please identify the species of the plant based " +
      "on the image.\nOutput the final answer in <answer> </answer> tags.The output " +
      "answer format should be as follows:\n<answer>species name</answer>\n" +
      "Please strictly follow the format.",
  );
  assert.equal(
    paperAnswerPrompt({ kind: "grounding", instruction: "the cup" }),
    "Output the bounding box in the image corresponding to the instruction: the cup Output " +
      'your grouding box. Following "<answer>(x1,y1),(x2,y2)</answer>)" format.',
  );
  assert.match(
    paperAnswerPrompt({ kind: "detection", category: "cat" }),
    /\nOutput the final answer in <answer> <\/answer> tags\.[^<]*\n<answer>\[\{'Position'/,
  );
  assert.match(
    paperAnswerPrompt({ kind: "presence", category: "cat" }),
    /\nOutput the final answer in .* tags\. [^<]*\n<answer>Yes or No<\/answer>\n/,
  );
});

Deno.test("the paper's own problems lose the same words, and others none", () => {
  const tasks: PromptTask[] = [
    { kind: "detection", category: "cat" },
    { kind: "classification", subject: "plant", attribute: "species" },
    { kind: "grounding", instruction: "the cup" },
  ];
  for (const task of tasks) {
    const text = paperPrompt(task);
    assert.equal(paperAnswerPrompt({ kind: "problem", text }), paperAnswerPrompt(task));
    assert.doesNotMatch(paperAnswerPrompt(task), /think/);
  }
  const text = "I think <b>he</b> thinks. Output the process.";
  for (const prompts of Object.values(PROMPT_SETS)) {
    assert.equal(prompts({ kind: "problem", text }), text);
  }
});

Deno.test("short prompts are the same with and without thinking", () => {
  assert.equal(promptsFor("short", false), "short");
  assert.equal(promptsFor("paper", false), "paper-answer");
  assert.equal(promptsFor("paper", true), "paper");
});

Deno.test("numbers, texts, choices and points are asked for with the form of the answer", () => {
  const options = ["red", "blue"];
  const asked: readonly [task: PromptTask, short: string, form: string][] = [
    [{ kind: "number", text: "How many?" }, "How many?", "number"],
    [{ kind: "text", text: "What is written?" }, "What is written?", "text"],
    [{ kind: "choice", text: "Which?", options }, "Which?\nA. red\nB. blue", "letter"],
    [{ kind: "point", text: "Point at the cup" }, "Point at the cup", "(x,y)"],
  ];
  for (const [task, short, form] of asked) {
    assert.equal(shortPrompt(task), short);
    const paper = paperPrompt(task), alone = paperAnswerPrompt(task);
    assert.ok(paper.startsWith(`${short}\n`));
    assert.ok(paper.includes(`\n<think> ... </think> <answer>${form}</answer>\n`));
    assert.ok(alone.includes(`:\n<answer>${form}</answer>\n`));
    assert.ok(alone.includes("Output the final answer in <answer> </answer> tags."));
    assert.doesNotMatch(alone, /think/);
  }
  assert.match(paperPrompt(asked[3]![0]), /one point \(between 0 and 1000, integer\)/);
  // Words that name the tags are not told twice.
  const own: PromptTask = { kind: "number", text: "How many? <answer>n</answer>" };
  assert.equal(paperPrompt(own), own.text);
});
