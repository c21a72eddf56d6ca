import assert from "node:assert/strict";
import fc from "fast-check";
import {
  pythonJson,
  type PythonValue,
} from "../../../../stages/reward/official/python_json.ts";

function plain(value: PythonValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}

Deno.test("pythonJson() knows the constants that JSON does not", () => {
  assert.deepEqual(pythonJson("[NaN, Infinity, -Infinity]"), [NaN, Infinity, -Infinity]);
  assert.equal(pythonJson("1e400"), Infinity);
});

Deno.test("pythonJson() refuses what Python refuses", () => {
  for (
    const text of [
      "",
      "[1,]",
      "{,}",
      '{"a":1,}',
      "{NaN: 1}",
      "[1 2]",
      "1Infinity",
      "01",
      "1.",
      ".5",
      "+1",
      "- Infinity",
      "'a'",
      '"a\nb"',
      '"\\x"',
      "nan",
      "[",
      "]",
      "1]",
      "\ufeff1",
      "\u00a01",
      "[".repeat(2000) + "]".repeat(2000),
    ]
  ) {
    assert.throws(() => pythonJson(text), SyntaxError, text);
  }
});

Deno.test("pythonJson() reads all JSON", () => {
  fc.assert(fc.property(fc.json(), (text) => {
    assert.deepEqual(plain(pythonJson(text)), JSON.parse(text));
  }));
});

Deno.test("pythonJson() reads nothing that JSON.parse does not, but the constants", () => {
  const piece = fc.constantFrom(..."[]{}:,\"'\\0123456789.-+eEtruefalsn \t\n\u000b");
  fc.assert(
    fc.property(fc.string({ unit: piece }), (text) => {
      const read = (parse: (text: string) => unknown) => {
        try {
          return parse(text);
        } catch {
          return undefined;
        }
      };
      assert.deepEqual(read((text) => plain(pythonJson(text))), read(JSON.parse));
    }),
    { numRuns: 2000 },
  );
});
