import assert from "node:assert/strict";
import process from "node:process";
import { withoutExit } from "../../../../stages/reward/judge/without_exit.ts";

Deno.test("withoutExit() makes errors of ends, until it is disposed of", () => {
  const before = [Deno.exit, process.exit, globalThis.close];
  {
    using _ = withoutExit();
    assert.throws(() => Deno.exit(3), /^Error: it calls exit\(3\): a reward returns/);
    assert.throws(() => process.exit(), /^Error: it calls exit\(0\)/);
    assert.throws(() => globalThis.close(), /^Error: it calls exit/);
  }
  assert.deepEqual([Deno.exit, process.exit, globalThis.close], before);
});
