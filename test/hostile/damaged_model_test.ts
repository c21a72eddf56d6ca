import assert from "node:assert/strict";
import { damagedFiles } from "./damage.ts";
import { runDamaged } from "./run_damaged.ts";

Deno.test("a damaged copy of the embedded model opens or is refused by name", async () => {
  const count = 60, seed = 7;
  const opened = await runDamaged(seed, count);
  assert.deepEqual(opened.filter(({ outcome }) => outcome === "unnamed"), []);
  const last = damagedFiles(seed, count)[opened.length];
  assert.equal(opened.length, count, `${last?.file}, ${last?.what} hung or ended it`);
  assert.ok(opened.filter(({ outcome }) => outcome === "refused").length > count / 4);
  assert.ok(opened.some(({ outcome }) => outcome === "opened"));
});
