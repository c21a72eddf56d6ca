import assert from "node:assert/strict";
import { askedForm } from "../../../data/questions/asked_answer.ts";
import { namedFrame } from "../../../data/questions/named_frame.ts";
import {
  frameOfPrompts,
  paperAnswerPrompt,
  paperPrompt,
  PROMPT_SETS,
  type PromptSetName,
  promptsFor,
  type PromptTask,
  qwenPrompt,
  shortPrompt,
  taughtPrompts,
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

Deno.test("Qwen2.5-VL is asked for boxes in its own dialect, in pixels", () => {
  assert.equal(
    qwenPrompt({ kind: "detection", category: "cup" }),
    "Locate every object of the category 'cup' in the image and output the coordinates in " +
      "JSON format, in pixels of the image, each with its confidence (between 0 and 1, with " +
      "two decimal places).\nIf there is no object of the category 'cup' in the image, " +
      "return 'No Objects'.\nFirst output the thinking process in <think> </think> tags and " +
      "then output the final answer in <answer> </answer> tags. The output answer format " +
      "should be as follows:\n" +
      '<think> ... </think> <answer>[{"bbox_2d": [x1, y1, x2, y2], "label": "cup", ' +
      '"confidence": number}, ...]</answer>\nPlease strictly follow the format.',
  );
  assert.equal(
    PROMPT_SETS["qwen2_5_vl-answer"]({ kind: "grounding", instruction: "the red cup" }),
    "Please provide the bounding box coordinate of the region this sentence describes: the " +
      "red cup. Output the coordinates in JSON format, in pixels of the image.\n" +
      "Output the final answer in <answer> </answer> tags. The output answer format should " +
      'be as follows:\n<answer>{"bbox_2d": [x1, y1, x2, y2]}</answer>\n' +
      "Please strictly follow the format.",
  );
});

Deno.test("the words of every set name the frame of its models and show a form", () => {
  const tasks = [
    { kind: "detection", category: "cup" },
    { kind: "grounding", instruction: "the cup" },
    { kind: "point", text: "Where is the cup?" },
  ] as const;
  for (const name of Object.keys(PROMPT_SETS) as PromptSetName[]) {
    for (const task of tasks) {
      const prompt = PROMPT_SETS[name](task);
      const named = namedFrame(prompt);
      if (named !== undefined) assert.equal(named, frameOfPrompts(name), prompt);
      if (name === "short" || task.kind === "point") continue;
      const form = name.startsWith("qwen") ? "bbox_2d" : "position";
      assert.equal(askedForm(prompt), form);
      if (!name.includes("pixels") && !name.startsWith("qwen")) continue;
      assert.equal(named, "pixels");
    }
  }
  assert.equal(
    namedFrame(PROMPT_SETS["paper-unit"]({ kind: "detection", category: "cup" })),
    "unit",
  );
});

Deno.test("a model is taught the words of its family in the frame of its folder", () => {
  assert.equal(taughtPrompts("short", "qwen2_vl", "per mille"), "short");
  assert.equal(taughtPrompts(undefined, "qwen2_vl", "per mille"), "paper");
  assert.equal(taughtPrompts(undefined, "qwen2_5_vl", "pixels"), "qwen2_5_vl");
  assert.equal(taughtPrompts(undefined, "qwen2_5_vl", "per mille"), "paper");
  assert.equal(taughtPrompts("paper", "qwen2_5_vl", "pixels"), "paper-pixels");
  assert.equal(taughtPrompts("paper", "qwen2_vl", "unit"), "paper-unit");
  assert.equal(promptsFor("qwen2_5_vl", false), "qwen2_5_vl-answer");
});
