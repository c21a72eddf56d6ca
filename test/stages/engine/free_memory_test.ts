import assert from "node:assert/strict";
import { freeMemory } from "../../../stages/engine/free_memory.ts";

Deno.test("free memory is a number of bytes", () => {
  assert.ok(freeMemory() > 2 ** 20);
});
