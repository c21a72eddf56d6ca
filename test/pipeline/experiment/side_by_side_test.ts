import assert from "node:assert/strict";
import { RUN_BYTES, sideBySide } from "../../../pipeline/experiment/side_by_side.ts";

Deno.test("as many runs go side by side as cores and memory allow, and at least one", () => {
  assert.equal(sideBySide("emoji", 2, Infinity), 2);
  assert.equal(sideBySide("emoji", 8, 3.9 * RUN_BYTES), 3);
  assert.equal(sideBySide("emoji", 8, 0), 1);
  assert.equal(sideBySide("some/model", 8, Infinity), 1);
});
