import assert from "node:assert/strict";
import { phaseClock } from "../../../bench/step/phase_clock.ts";

/** A clock of which a test says what it reads. */
function madeClock() {
  const now = { seconds: 10, cpu: 100, operations: 1000 };
  const clock = phaseClock({
    operations: () => now.operations,
    seconds: () => now.seconds,
    cpu: () => now.cpu,
  });
  const pass = (seconds: number, cpu: number, operations: number) => {
    now.seconds += seconds;
    now.cpu += cpu;
    now.operations += operations;
  };
  return { clock, pass };
}

Deno.test("a phase has what passes until the next one, each time that it is entered", () => {
  const { clock, pass } = madeClock();
  pass(5, 5, 5); // before the first phase
  clock.enter("decode");
  pass(1, 2, 3);
  clock.enter("sampling");
  pass(4, 1, 0);
  clock.enter("decode");
  pass(2, 3, 4);
  assert.deepEqual([...clock.take()], [
    ["decode", { seconds: 3, cpuSeconds: 5, operations: 7 }],
    ["sampling", { seconds: 4, cpuSeconds: 1, operations: 0 }],
  ]);
});

Deno.test("taking ends the last phase and begins anew", () => {
  const { clock, pass } = madeClock();
  clock.enter("decode");
  pass(1, 1, 1);
  clock.take();
  pass(7, 7, 7); // between two takes
  assert.deepEqual([...clock.take()], []);
  clock.enter("prefill");
  pass(1, 1, 1);
  assert.deepEqual([...clock.take().keys()], ["prefill"]);
});
