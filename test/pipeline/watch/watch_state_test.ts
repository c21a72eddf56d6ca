import assert from "node:assert/strict";
import type { MetricsRecord } from "../../../pipeline/metrics.ts";
import {
  NOTHING_YET,
  type WatchState,
  withEnd,
  withGroup,
  withRecord,
} from "../../../pipeline/watch/watch_state.ts";
import { config, evaluation, group, step } from "./records.ts";

const after = (...records: readonly MetricsRecord[]): WatchState =>
  records.reduce((state: WatchState, record) => withRecord(state, record), NOTHING_YET);
const cat = [{ text: "cat", reward: 2 }];
const done = { type: "done", before: {}, after: {}, seconds: 9, run: "r" } as const;

Deno.test("the state gathers a run's records", () => {
  const alarm = { type: "alarm", name: "truncation", step: 1, message: "cut" } as const;
  const { phase, run } = after(config, evaluation(0, 0.5), step(1), alarm, step(2));
  assert.equal(phase, "running");
  assert.equal(run.name, "mine");
  assert.equal(run.config?.describe, "cats & dogs");
  assert.deepEqual(run.steps.map(({ step, figures }) => [step, figures.reward]), [
    [1, 0.5],
    [2, 1],
  ]);
  assert.deepEqual(run.evaluations.map(({ figures }) => figures.accuracy), [0.5]);
  assert.deepEqual(run.alarms.map(({ message }) => message), ["cut"]);
});

Deno.test("a step's answers are shown when it is finished, and the next one's kept apart", () => {
  let state = withGroup(withGroup(after(config), group(1, "a", cat)), group(1, "b", cat));
  assert.equal(state.newest, undefined);
  state = withRecord(state, step(1));
  assert.deepEqual(state.newest?.questions.map(({ id }) => id), ["a", "b"]);
  state = withGroup(state, group(2, "c", cat));
  assert.equal(state.newest?.step, 1);
  assert.equal(state.newest?.questions.length, 2);
});

Deno.test("a step's answers are shown too where its record comes after the next one's groups", () => {
  const first = withGroup(after(config), group(1, "a", cat));
  const state = withGroup(first, group(2, "b", cat));
  assert.equal(state.newest?.step, 1);
  assert.equal(withRecord(state, step(1)).newest?.step, 1);
  assert.equal(withRecord(withRecord(state, step(1)), step(2)).newest?.step, 2);
});

Deno.test("of a step's questions sixteen are kept", () => {
  const many = Array.from({ length: 20 }, (_, i) => group(1, `q${i}`, cat));
  const { sampling } = many.reduce(withGroup, after(config));
  assert.equal(sampling?.questions.length, 16);
});

Deno.test("a resumed run begins with its earlier records, and has none twice", () => {
  const earlier = after(config, evaluation(0, 0.5), step(1), step(2)).run;
  // The folder was read late: step 2 comes once more.
  const state = withRecord(withRecord(NOTHING_YET, config, earlier), step(2, 7));
  assert.deepEqual(state.run.steps.map(({ figures }) => figures.reward), [0.5, 7]);
  const again = withRecord(state, evaluation(0, 0.5));
  assert.equal(again.run.evaluations.length, 1);
  assert.equal(withRecord(state, evaluation(2, 1)).run.evaluations.length, 2);
});

Deno.test("a new run begins with nothing of the one before", () => {
  const shown = withGroup(withRecord(after(config), step(1)), group(2, "a", cat));
  const state = withRecord(withRecord(shown, step(2)), config);
  assert.deepEqual(state.run.steps, []);
  assert.equal(state.newest, undefined);
});

Deno.test("a run ends done, stopped or failed", () => {
  assert.equal(withEnd(after(config, done)).phase, "done");
  assert.equal(after(config, done).run.seconds, 9);
  const interrupted = {
    type: "alarm",
    name: "interrupted",
    step: 1,
    message: "",
  } as const;
  assert.equal(after(config, interrupted).phase, "stopped");
  assert.equal(withEnd(after(config, step(1))).phase, "stopped");
  const failed = withEnd(after(config), new Error("The disk is full"));
  assert.deepEqual([failed.phase, failed.failure], ["failed", "The disk is full"]);
});

Deno.test("equal completions of a group are told together, best first", () => {
  const said = [["dog", 1], ["cat", 2], ["dog", 1], ["", 0]] as const;
  const told = said.map(([text, reward]) => ({ text, reward }));
  const { sampling } = withGroup(NOTHING_YET, group(1, "a", told));
  assert.deepEqual(
    sampling?.questions[0]?.answers.map(({ text, count, advantage }) => [
      text,
      count,
      advantage,
    ]),
    [["cat", 1, 1], ["dog", 2, 0], ["", 1, -1]],
  );
});
