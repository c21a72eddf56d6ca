import assert from "node:assert/strict";
import fc from "fast-check";
import { normaliseLabel } from "../../../data/questions/label.ts";

Deno.test("normaliseLabel() drops case, runs of blanks, underscores and hyphens", () => {
  assert.equal(
    normaliseLabel("  German_Short-haired\n Pointer "),
    "german short haired pointer",
  );
  assert.equal(normaliseLabel("F-16A/B"), "f 16a/b");
  assert.equal(normaliseLabel("_"), "");
});

Deno.test("normaliseLabel() twice is the same as once", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (label) => {
    const once = normaliseLabel(label);
    assert.equal(normaliseLabel(once), once);
  }));
});
