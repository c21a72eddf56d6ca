import assert from "node:assert/strict";
import fc from "fast-check";
import type { MetricsRecord } from "../../../pipeline/run_folder/metrics.ts";
import {
  NOTHING_YET,
  readRunOf,
  type WatchState,
  withEnd,
  withGroup,
  withRecord,
} from "../../../pipeline/watch/watch_state.ts";
import { config, evaluation, group, step } from "../../support/records.ts";

const after = (...records: readonly MetricsRecord[]): WatchState =>
  records.reduce((state: WatchState, record) => withRecord(state, record), NOTHING_YET);
const cat = [{ text: "cat", reward: 2 }];
const done = { type: "done", before: {}, after: {}, seconds: 9, run: "r" } as const;

Deno.test("the state gathers a run's records", () => {
  const alarm = { type: "alarm", name: "truncation", step: 1, message: "cut" } as const;
  const state = after(config, evaluation(0, 0.5), step(1), alarm, step(2));
  const { phase } = state, run = readRunOf(state);
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
  const earlier = after(config, evaluation(0, 0.5), step(1), step(2));
  // The folder was read late: step 2 comes once more.
  const state = withRecord(
    withRecord(NOTHING_YET, config, readRunOf(earlier)),
    step(2, 7),
  );
  assert.deepEqual(readRunOf(state).steps.map(({ figures }) => figures.reward), [0.5, 7]);
  const again = withRecord(state, evaluation(0, 0.5));
  assert.equal(again.evaluations.length, 1);
  assert.equal(withRecord(state, evaluation(2, 1)).evaluations.length, 2);
});

Deno.test("a new run begins with nothing of the one before", () => {
  const shown = withGroup(withRecord(after(config), step(1)), group(2, "a", cat));
  const state = withRecord(withRecord(shown, step(2)), config);
  assert.deepEqual(readRunOf(state).steps, []);
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

/** What the state is meant to hold, told without regard to time. */
function plainly(records: readonly MetricsRecord[]) {
  let steps: unknown[] = [], evaluations: unknown[] = [], alarms: unknown[] = [];
  for (const record of records) {
    const before = (older: unknown) =>
      (older as { step: number }).step < (record as { step: number }).step;
    switch (record.type) {
      case "step": {
        const { type: _, step, ...figures } = record;
        steps = [...steps.filter(before), { step, figures }];
        break;
      }
      case "evaluation":
        evaluations = [
          ...evaluations.filter((older) =>
            keyOf(older, "split") !== keyOf(record, "split")
          ),
          record,
        ];
        break;
      case "alarm":
        alarms = [
          ...alarms.filter((older) =>
            keyOf(older, "message") !== keyOf(record, "message")
          ),
          record,
        ];
    }
  }
  return { steps, evaluations, alarms };
}

function keyOf(record: unknown, name: string): string {
  const { step, [name]: value } = record as Record<string, unknown>;
  return `${step}/${value}`;
}

Deno.test("records that come again, early or late, take the places of the older ones", () => {
  const number = fc.nat(6);
  const record: fc.Arbitrary<MetricsRecord> = fc.oneof(
    fc.tuple(number, fc.nat(9)).map(([n, reward]) => step(n, reward)),
    fc.tuple(number, fc.constantFrom("held-out", "known"))
      .map(([n, split]) => ({ ...evaluation(n, n), split })),
    fc.tuple(number, fc.constantFrom("cut", "long")).map(([step, message]) => ({
      type: "alarm" as const,
      name: "truncation",
      step,
      message,
    })),
  );
  fc.assert(fc.property(fc.array(record, { maxLength: 30 }), (records) => {
    const { steps, evaluations, alarms } = readRunOf(after(config, ...records));
    assert.deepEqual({ steps, evaluations, alarms }, plainly(records));
  }));
});

Deno.test("a state stays as it is, whatever comes after it", () => {
  const one = after(config, step(1));
  const two = withRecord(one, step(2));
  const other = withRecord(one, step(2, 9));
  const rewards = (state: WatchState) =>
    readRunOf(state).steps.map(({ figures }) => figures.reward);
  assert.deepEqual([one, two, other].map(rewards), [[0.5], [0.5, 1], [0.5, 9]]);
});

Deno.test("a step of a long run takes as long as one of a short run", () => {
  let state = after(config);
  const lasts = (from: number, to: number) => {
    const began = performance.now();
    for (let n = from; n <= to; n++) state = withRecord(state, step(n));
    return performance.now() - began;
  };
  lasts(1, 20_000);
  const shortly = lasts(20_001, 40_000);
  lasts(40_001, 180_000);
  assert.ok(lasts(180_001, 200_000) < 10 * shortly + 100); // with copies: 100 s and more
});
