import assert from "node:assert/strict";
import { printable, quoted } from "../../data/short_text.ts";

Deno.test("printable() cuts a text and writes control characters out", () => {
  assert.equal(printable("a".repeat(1000), 10), "aaaaaaaaa…");
  assert.equal(printable("é\u001b[2J\n\u202e"), "é\\u001b[2J\\u000a\\u202e");
});

Deno.test("quoted() is short, and says what is missing", () => {
  assert.equal(quoted({ a: "x".repeat(1000) }, 12), '{"a":"xxxxx…');
  assert.equal(quoted(undefined), "missing");
});

Deno.test("quoted() ends a long text with a quote, and is short however deep a value is", () => {
  assert.equal(quoted("x".repeat(1000), 10), '"xxxxxxx…"');
  assert.equal(quoted("\ud83d\ude00".repeat(99), 8).isWellFormed(), true);
  const deep = JSON.parse("[".repeat(1e5) + "]".repeat(1e5));
  assert.ok(quoted(deep).length <= 60);
  assert.ok(quoted({ deep }).length <= 60);
});
