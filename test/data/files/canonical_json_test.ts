import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalHash, canonicalJson } from "../../../data/files/canonical_json.ts";

Deno.test("canonicalJson() sorts keys at every depth and leaves lists as they are", () => {
  assert.equal(
    canonicalJson({ b: [3, 1, { z: null, "10": 1, "9": 2 }], a: "é\n", c: undefined }),
    '{"a":"é\\n","b":[3,1,{"10":1,"9":2,"z":null}]}',
  );
  assert.equal(canonicalJson(undefined), "null");
});

Deno.test("canonicalJson() is JSON of the same value, whatever the order of its keys", () => {
  const reversed = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(reversed)
      : typeof value === "object" && value !== null
      ? Object.fromEntries(
        Object.entries(value).reverse().map(([key, inner]) => [key, reversed(inner)]),
      )
      : value;
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const plain = JSON.parse(JSON.stringify(value)); // −0 is 0 there
    assert.deepEqual(JSON.parse(canonicalJson(value)), plain);
    assert.equal(canonicalJson(reversed(value)), canonicalJson(value));
  }));
});

Deno.test("canonicalHash() is SHA-256 of the text", () => {
  // printf '{"a":1}' | sha256sum
  assert.equal(
    canonicalHash({ a: 1 }),
    "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
  );
});
