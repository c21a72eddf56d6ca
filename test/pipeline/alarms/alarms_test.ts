import assert from "node:assert/strict";
import fc from "fast-check";
import { NO_MEMORY, watchStep } from "../../../pipeline/alarms/alarms.ts";
import type { Figures } from "../../../stages/records.ts";
import type { StepRecord } from "../../../pipeline/run_folder/metrics.ts";

/** The names of the alarms of each step. */
function alarmsOf(steps: readonly Figures[]): string[][] {
  let memory = NO_MEMORY;
  return steps.map((figures, i) => {
    const base = { loss: 0, grad_norm: 1, learning_rate: 1e-4, num_tokens: 1 };
    const record: StepRecord = {
      ...base,
      ...figures,
      type: "step",
      step: i + 1,
      step_time: 1,
    };
    const watched = watchStep(memory, record);
    memory = watched.memory;
    return watched.alarms.map(({ name }) => name);
  });
}

const steps = (figure: string, ...values: number[]) =>
  values.map((value) => ({ [figure]: value }));
const times = (count: number, value: number) => Array<number>(count).fill(value);

/** Values of a figure that set its alarm off, and the step of the first alarm. */
const troubles: readonly [string, string, readonly number[], number][] = [
  ["reward_std_collapse", "frac_reward_zero_std", [...times(5, 0.5), ...times(5, 1)], 10],
  ["format_collapse", "rewards/format/mean", [...times(5, 1), ...times(5, 0)], 8],
  ["length_explosion", "completions/mean_length", [...times(5, 9), ...times(5, 30)], 8],
  ["truncation", "completions/clipped_ratio", [...times(5, 0), ...times(5, 1)], 8],
  ["kl_blow_up", "kl", [...times(5, 0), ...times(5, 20)], 7],
];

for (const [name, figure, values, at] of troubles) {
  Deno.test(`${name} is told at the step whose window it fills, once`, () => {
    const alarms = alarmsOf(steps(figure, ...values));
    assert.deepEqual(
      alarms.flatMap((names, i) => names.map((name) => [name, i + 1])),
      [[name, at]],
    );
  });

  Deno.test(`${name} is told again after it has been over`, () => {
    const again = alarmsOf(steps(figure, ...values, ...times(7, values[0]!), ...values));
    assert.equal(again.flat().filter((told) => told === name).length, 2);
  });
}

Deno.test("steps as they should be, and steps without such figures, set nothing off", () => {
  const fine = {
    frac_reward_zero_std: 0.8,
    "rewards/format/mean": 0.99,
    "completions/mean_length": 7,
    "completions/clipped_ratio": 0.01,
    kl: 0.6,
  };
  assert.deepEqual(alarmsOf(times(12, 0).map(() => fine)).flat(), []);
  assert.deepEqual(alarmsOf(times(12, 0).map(() => ({}))).flat(), []);
});

Deno.test("an alarm says the step, the value and what to do", () => {
  let memory = NO_MEMORY;
  let message = "";
  for (let step = 1; step <= 5; step++) {
    const figures = { "completions/clipped_ratio": 0.75 };
    const watched = watchStep(memory, {
      ...figures,
      type: "step",
      step,
      loss: 0,
      grad_norm: 1,
      learning_rate: 1e-4,
      num_tokens: 1,
      step_time: 1,
    });
    memory = watched.memory;
    message += watched.alarms.map(({ message }) => message).join();
  }
  assert.match(message, /^Step 5: 75 % .* maxCompletionLength$/);
});

Deno.test("no rule tells the same trouble in two steps on end", () => {
  const value = fc.double({ min: 0, max: 30, noNaN: true });
  fc.assert(fc.property(fc.array(value, { maxLength: 30 }), (values) => {
    const told = alarmsOf(values.map((value) => ({
      kl: value,
      "completions/mean_length": value,
      "rewards/format/mean": value / 30,
    })));
    told.forEach((names, i) =>
      names.forEach((name) => assert.ok(!told[i + 1]?.includes(name)))
    );
  }));
});
