import assert from "node:assert/strict";
import fc from "fast-check";
import { checkJsonShape, nestsDeeper } from "../../../data/files/json_shape.ts";

const check = (text: string, limits?: Parameters<typeof checkJsonShape>[2]) =>
  checkJsonShape(new TextEncoder().encode(text), "a.json", limits);
const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

Deno.test("brackets may lie 200 deep in each other, and no deeper", () => {
  check(nested(200));
  assert.throws(() => check(nested(201)), {
    name: "RangeError",
    message: /^a\.json has more than 200 brackets within brackets at byte 200/,
  });
  assert.throws(() => check('{"a":'.repeat(201)), /200 brackets/);
  check(Array(500).fill("[]").join(",")); // side by side
});

Deno.test("brackets in texts count for nothing", () => {
  check(JSON.stringify("[".repeat(1000)));
  check(JSON.stringify(`\\"${'"['.repeat(500)}`));
  assert.throws(() => check(`"\\\\"${nested(201)}`), /200 brackets/);
});

Deno.test("lists, objects, texts and numbers count, numbers an eighth", () => {
  const values = 10;
  check(`[${Array(9).fill("[]").join(",")}]`, { values: 12 });
  assert.throws(() => check(`[${Array(20).fill("[]").join(",")}]`, { values }), {
    name: "RangeError",
    message: "a.json has more than 10 values: split it",
  });
  assert.throws(() => check(`["${"a".repeat(9)}${'","'.repeat(20)}"]`, { values }));
  check(`[${Array(60).fill("1").join(",")}]`, { values });
  assert.throws(() => check(`[${Array(99).fill("1").join(",")}]`, { values }));
});

Deno.test("what JSON.stringify writes of shallow values passes", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    check(JSON.stringify(value, null, 1));
  }));
});

const bytes = (text: string) => new TextEncoder().encode(text);

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

Deno.test("nestsDeeper() counts the depth of any JSON", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const text = bytes(JSON.stringify(value)), depth = depthOf(value);
    assert.equal(nestsDeeper(text, depth), false);
    assert.equal(depth > 0 && nestsDeeper(text, depth - 1), depth > 0);
  }));
});

Deno.test("nestsDeeper() passes over brackets in texts", () => {
  assert.equal(nestsDeeper(bytes('["[[[{{{", "\\"[[", "\\\\"]'), 1), false);
  assert.equal(nestsDeeper(bytes("[".repeat(1_000_000)), 64), true);
});
