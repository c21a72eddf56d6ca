import assert from "node:assert/strict";
import { paperPrompt, shortPrompt } from "../../data/prompt.ts";
import { readFixture } from "../fixtures.ts";

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
