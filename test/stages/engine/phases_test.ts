import assert from "node:assert/strict";
import { enterPhase, onPhase } from "../../../stages/engine/phases.ts";

Deno.test("phases are told in order, to the last listener alone, and until it ends", () => {
  const first: string[] = [], second: string[] = [];
  enterPhase("prefill");
  onPhase((phase) => first.push(phase));
  enterPhase("prefill");
  enterPhase("decode");
  onPhase((phase) => second.push(phase));
  enterPhase("decode");
  onPhase(undefined);
  enterPhase("optimiser");
  assert.deepEqual(first, ["prefill", "decode"]);
  assert.deepEqual(second, ["decode"]);
});
