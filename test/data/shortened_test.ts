import assert from "node:assert/strict";
import { shortened, shownJson } from "../../data/shortened.ts";

Deno.test("shortened() cuts a text and writes control characters out", () => {
  assert.equal(shortened("a".repeat(1000), 10), "aaaaaaaaa…");
  assert.equal(shortened("é\u001b[2J\n\u202e"), "é\\u001b[2J\\u000a\\u202e");
});

Deno.test("shownJson() is short, and says what is missing", () => {
  assert.equal(shownJson({ a: "x".repeat(1000) }, 12), '{"a":"xxxxx…');
  assert.equal(shownJson(undefined), "missing");
});
