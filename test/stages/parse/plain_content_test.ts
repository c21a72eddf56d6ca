import assert from "node:assert/strict";
import { saysNothingIsThere, withoutFence } from "../../../stages/parse/plain_content.ts";

Deno.test("withoutFence() takes off a fence, closed or cut off", () => {
  assert.equal(withoutFence("```json\n[1]\n```"), "[1]");
  assert.equal(withoutFence("```\n[1]"), "[1]");
  assert.equal(withoutFence(" [1] "), "[1]");
  assert.equal(withoutFence("```json\n[1]\n``` and more"), "[1]\n``` and more");
});

Deno.test("saysNothingIsThere() knows the ways to say so, and nothing more", () => {
  for (
    const text of [
      "No Objects",
      "NO OBJECT FOUND.",
      "none",
      "'None'",
      "[]",
      "( )",
      "{'No Objects'}",
      "**No Objects**",
      "__No objects__.",
      "`none`",
      "no object(s)",
      "No object(s) found.",
      "(no object(s))",
      '{"objects": []}',
      '```json\n{"answer": [ ]}\n```',
    ]
  ) {
    assert.equal(saysNothingIsThere(text), true, text);
  }
  for (
    const text of [
      "",
      "no",
      "no cat",
      "[[]]",
      "nonesuch",
      "No objects but a cat",
      "0",
      "**",
      "*",
      '{"years": []}',
      '{"objects": [[]]}',
      "no object(x)",
    ]
  ) {
    assert.equal(saysNothingIsThere(text), false, text);
  }
});

Deno.test("withoutFence() takes time in proportion to the text", () => {
  const started = performance.now();
  const text = "```json\n" + " ".repeat(300_000) + "x";
  assert.equal(withoutFence(text), "x");
  // A millisecond where this was written; a reader that goes back at every space needs minutes.
  assert.ok(performance.now() - started < 1000);
});
