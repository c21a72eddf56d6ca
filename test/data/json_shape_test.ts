import assert from "node:assert/strict";
import fc from "fast-check";
import { checkJsonShape } from "../../data/json_shape.ts";

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
    message: "a.json has more than 10 values: break it up",
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
