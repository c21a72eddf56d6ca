import assert from "node:assert/strict";
import * as v from "valibot";
import { checkJson } from "../../../data/files/check_json.ts";
import { fault } from "../../../data/files/json_fault.ts";

Deno.test("a fault quotes little of what it is about, however deep or long", () => {
  const nested = JSON.parse("[".repeat(1e5) + "]".repeat(1e5));
  assert.equal(fault("a.json", ".a", "a text", nested).message.length < 200, true);
  assert.ok(fault("a.json", ".a", "a number", "x".repeat(1e6)).message.length < 200);
});

Deno.test("a fault says what a schema wants, in words", () => {
  const schema = v.object({
    name: v.optional(v.string()),
    sizes: v.optional(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1)))),
    kind: v.optional(v.picklist(["a", "b"])),
    dtype: v.optional(v.literal("f32")),
    ends: v.optional(v.union([v.number(), v.array(v.number())])),
    label: v.optional(v.string("a name")),
    pair: v.optional(v.pipe(v.array(v.number()), v.maxLength(2))),
  });
  for (
    const [json, message] of [
      [{ name: 3 }, "f.json: .name must be a text: it is 3"],
      [{ sizes: {} }, "f.json: .sizes must be a list: it is {}"],
      [{ sizes: [1, 0] }, "f.json: .sizes[1] must be >=1: it is 0"],
      [{ sizes: [1.5] }, "f.json: .sizes[0] must be a valid safe integer: it is 1.5"],
      [{ kind: "c" }, 'f.json: .kind must be "a" or "b": it is "c"'],
      [{ dtype: null }, 'f.json: .dtype must be "f32": it is null'],
      [{ ends: "x" }, 'f.json: .ends must be a number or a list: it is "x"'],
      [{ label: 1 }, "f.json: .label must be a name: it is 1"],
      [{ pair: [1, 2, 3] }, "f.json: .pair must be of length <=2: it is [1,2,3]"],
    ] as const
  ) {
    assert.throws(
      () => checkJson(schema, json, "f.json"),
      new SyntaxError(`${message}; correct it, or give another file`),
    );
  }
});

Deno.test("a fault names a key that does not belong, and the remedy if there is one", () => {
  assert.throws(
    () => checkJson(v.strictObject({}), { "a\n": 1 }, "f.json", { place: "line 2: " }),
    new SyntaxError('f.json: line 2: the key "a\\n" does not belong here'),
  );
  assert.throws(
    () => checkJson(v.object({ a: v.strictObject({}) }), { a: { b: 1 } }, "f.json"),
    new SyntaxError("f.json: .a.b does not belong here"),
  );
  assert.throws(
    () => checkJson(v.object({ a: v.number() }), {}, "f.json", { remedy: "add it" }),
    new SyntaxError("f.json: .a is missing; add it"),
  );
});
