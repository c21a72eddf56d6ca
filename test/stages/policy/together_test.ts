import assert from "node:assert/strict";
import { together } from "../../../stages/policy/together.ts";

Deno.test("small items are worked on together, large ones one by one", () => {
  const sizeOf = (size: number) => size;
  assert.deepEqual(together([1, 2, 3], sizeOf, 6), [[1, 2, 3]]);
  assert.deepEqual(together([1, 2, 4], sizeOf, 6), [[1], [2], [4]]);
  assert.deepEqual(together([9], sizeOf, 6), [[9]]);
  assert.deepEqual(together([], sizeOf), []);
});
