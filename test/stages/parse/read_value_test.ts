import assert from "node:assert/strict";
import fc from "fast-check";
import { type LooseValue, readValue } from "../../../stages/parse/read_value.ts";

const plain = (value: LooseValue): unknown =>
  value.kind === "list"
    ? value.items.map(plain)
    : value.kind === "object"
    ? Object.fromEntries(value.entries.map(([key, one]) => [key, plain(one)]))
    : value.kind === "word"
    ? Number(value.text)
    : value.text;

Deno.test("readValue() reads JSON as JSON.parse does", () => {
  const key = fc.stringMatching(/^[a-z]{1,5}$/);
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      fc.integer(),
      fc.stringMatching(/^[ -!#-[\]-~]*$/),
      tie("list"),
      tie("object"),
    ),
    list: fc.array(tie("value"), { maxLength: 3 }),
    object: fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  }));
  fc.assert(fc.property(value, (value) => {
    const text = JSON.stringify(value), read = readValue(text, 0)!;
    assert.deepEqual(plain(read.value), value);
    assert.equal(read.end, text.length);
  }));
});

Deno.test("readValue() reads tuples, single quotes, escapes and a last comma", () => {
  assert.deepEqual(plain(readValue("{'a': (1, 2,), \"b\": 'it\\'s',}", 0)!.value), {
    a: [1, 2],
    b: "it's",
  });
});

Deno.test("readValue() reads nothing that is broken, cut off or nested too deeply", () => {
  for (
    const text of [
      "{",
      "[1, 2",
      "{'a' 1}",
      "{'a': [1}",
      "(1, 2]",
      "'open",
      "[".repeat(9) + "]".repeat(9),
    ]
  ) {
    assert.equal(readValue(text, 0), undefined, text);
  }
});
