import assert from "node:assert/strict";
import fc from "fast-check";
import { nestsDeeper } from "../../../stages/policy/json_depth.ts";

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
