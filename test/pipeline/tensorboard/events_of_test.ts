import assert from "node:assert/strict";
import type { ConfigRecord, StepRecord } from "../../../pipeline/run_folder/metrics.ts";
import { eventsOf, openingEvents } from "../../../pipeline/tensorboard/events_of.ts";

const step: StepRecord = {
  type: "step",
  step: 7,
  loss: 0.5,
  grad_norm: 1,
  learning_rate: 1e-4,
  num_tokens: 10,
  step_time: 2,
  "rewards/iou/mean": 0.25,
};
const config = { type: "config", task: "train", seed: 3 } as ConfigRecord;

Deno.test("a step's figures have their own names as tags, and the step is none of them", () => {
  assert.deepEqual(eventsOf(step, 9), [{
    wallTime: 9,
    step: 7,
    what: {
      kind: "scalars",
      values: {
        loss: 0.5,
        grad_norm: 1,
        learning_rate: 1e-4,
        num_tokens: 10,
        step_time: 2,
        "rewards/iou/mean": 0.25,
      },
    },
  }]);
});

Deno.test("an evaluation's figures stand below its split", () => {
  const figures = { accuracy: 0.5, odd: NaN };
  const record = {
    type: "evaluation",
    step: 0,
    split: "held-out",
    protocol: "all",
  } as const;
  assert.deepEqual(eventsOf({ ...record, figures }, 1), [
    {
      wallTime: 1,
      step: 0,
      what: { kind: "scalars", values: { "held-out/accuracy": 0.5 } },
    },
  ]);
});

Deno.test("an alarm is a text, config and done are nothing by themselves", () => {
  const alarm = {
    type: "alarm",
    name: "truncation",
    step: 2,
    message: "cut off",
  } as const;
  const what = { kind: "text", tag: "alarms", text: "**truncation**: cut off" };
  assert.deepEqual(eventsOf(alarm, 1), [{ wallTime: 1, step: 2, what }]);
  const done = { type: "done", before: {}, after: {}, seconds: 1, run: "r" } as const;
  assert.deepEqual([...eventsOf(config, 1), ...eventsOf(done, 1)], []);
});

Deno.test("a file voids what older ones have of the steps that are made again", () => {
  const starts = (first: Parameters<typeof openingEvents>[1]) =>
    openingEvents(config, first, 1).map(({ step, what }) => [what.kind, step]);
  const evaluation = { type: "evaluation", split: "held-out", protocol: "all" } as const;
  assert.deepEqual(starts(step), [["version", 0], ["start", 7], ["text", 7]]);
  // Still due after step 4, which the older file keeps.
  const due = { ...evaluation, step: 4, figures: {} };
  assert.deepEqual(starts(due), [["version", 0], ["start", 5], ["text", 5]]);
  const before = { ...evaluation, step: 0, figures: {} };
  assert.deepEqual(starts(before), [["version", 0], ["start", 0], ["text", 0]]);
});
