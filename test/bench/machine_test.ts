import assert from "node:assert/strict";
import { busyWarning, MACHINE } from "../../bench/machine.ts";

Deno.test("a machine counts as busy from half of its cores on", () => {
  assert.equal(busyWarning(MACHINE.cores / 2 - 0.01), undefined);
  assert.match(busyWarning(MACHINE.cores / 2)!, /^This machine is busy \(load average /);
});
