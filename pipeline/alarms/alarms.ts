import { mean } from "../../data/statistics.ts";
import type { Figures } from "../../stages/records.ts";
import type { AlarmRecord, StepRecord } from "../run_folder/metrics.ts";

/** Steps over which a figure is averaged, at the start and now: one step may be chance. */
const WINDOW = 5;

/** What a run remembers of its steps to notice trouble: the figures that alarms look at. */
export interface AlarmMemory {
  /** Of the first steps, at most `WINDOW`. */
  readonly first: readonly Figures[];
  /** Of the newest steps, at most `WINDOW` + 1. */
  readonly last: readonly Figures[];
}

/** A run that has not begun. */
export const NO_MEMORY: AlarmMemory = { first: [], last: [] };

/** A figure's mean over the newest steps and over the first. */
interface Means {
  readonly now: number;
  readonly start: number;
}

interface Rule {
  readonly name: string;
  readonly figure: string;
  readonly isTrouble: (means: Means) => boolean;
  readonly message: (means: Means) => string;
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** What can go wrong, by the figure that shows it. */
const RULES: readonly Rule[] = [
  {
    name: "reward_std_collapse",
    figure: "frac_reward_zero_std",
    isTrouble: ({ now }) => now >= 0.95,
    message: ({ now }) =>
      `in ${percent(now)} of the groups all completions earn the same, and there is ` +
      `nothing to learn: raise option temperature or numGenerations, or ask harder questions`,
  },
  {
    name: "format_collapse",
    figure: "rewards/format/mean",
    isTrouble: ({ now, start }) => start > 0.1 && now < start / 2,
    message: ({ now, start }) =>
      `the format reward fell from ${start.toFixed(2)} to ${
        now.toFixed(2)
      }: the policy ` +
      `forgets the form that is asked for; lower learningRate or raise option beta`,
  },
  {
    name: "length_explosion",
    figure: "completions/mean_length",
    isTrouble: ({ now, start }) => now > 2 * start && now > start + 8,
    message: ({ now, start }) =>
      `completions grew from ${start.toFixed(0)} to ${now.toFixed(0)} tokens: look at ` +
      `completions.jsonl for rambling; raise option beta or lower maxCompletionLength`,
  },
  {
    name: "truncation",
    figure: "completions/clipped_ratio",
    isTrouble: ({ now }) => now > 0.5,
    message: ({ now }) =>
      `${
        percent(now)
      } of the completions are cut off at the length limit and earn little: ` +
      `raise maxCompletionLength`,
  },
  {
    name: "kl_blow_up",
    figure: "kl",
    isTrouble: ({ now }) => now > 5,
    message: ({ now }) =>
      `the policy is ${
        now.toFixed(1)
      } nats a token away from the model it began as: lower ` +
      `learningRate or raise option beta, or it forgets what it could do`,
  },
];

const WATCHED = RULES.map(({ figure }) => figure);

/**
 * The alarms that a step raises, and the memory for the next one.
 *
 * A rule looks at means over five steps. It raises one alarm when its trouble starts, and another
 * only after the trouble was over. Equal steps give equal alarms, so a resumed run has those of
 * an unbroken one.
 *
 * - `reward_std_collapse`: in 95 % of the groups all rewards are equal.
 * - `format_collapse`: the format reward is less than half of the first steps'.
 * - `length_explosion`: completions are more than twice as long as in the first steps, and by
 *   more than 8 tokens.
 * - `truncation`: more than half of the completions are cut off.
 * - `kl_blow_up`: KL to the reference above 5 nats a token.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NO_MEMORY, watchStep } from "./alarms.ts";
 *
 * const base = { type: "step", loss: 0, grad_norm: 1, learning_rate: 1e-4 } as const;
 * let memory = NO_MEMORY;
 * const names = [1, 2, 3, 4, 5, 6].map((step) => {
 *   const record = { ...base, step, num_tokens: 9, step_time: 1, kl: 7 };
 *   const watched = watchStep(memory, record);
 *   memory = watched.memory;
 *   return watched.alarms.map(({ name }) => name);
 * });
 * assert.deepEqual(names, [[], [], [], [], ["kl_blow_up"], []]);
 * ```
 */
export function watchStep(
  memory: AlarmMemory,
  record: StepRecord,
): { readonly alarms: readonly AlarmRecord[]; readonly memory: AlarmMemory } {
  const figures: Record<string, number> = {};
  for (const name of WATCHED) {
    const value = record[name];
    if (typeof value === "number") figures[name] = value;
  }
  const first = [...memory.first, figures].slice(0, WINDOW);
  const last = [...memory.last, figures].slice(-WINDOW - 1);
  const alarms = RULES.flatMap((rule): AlarmRecord[] => {
    const means = meansOf(rule.figure, first, last.slice(-WINDOW));
    if (means === undefined || !rule.isTrouble(means)) return [];
    const before = meansOf(rule.figure, first, last.slice(0, -1));
    if (before !== undefined && rule.isTrouble(before)) return [];
    const message = `Step ${record.step}: ${rule.message(means)}`;
    return [{ type: "alarm", name: rule.name, step: record.step, message }];
  });
  return { alarms, memory: { first, last } };
}

/** Undefined before there are enough steps, and if a step lacks the figure. */
function meansOf(
  figure: string,
  first: readonly Figures[],
  last: readonly Figures[],
): Means | undefined {
  if (last.length < WINDOW) return undefined;
  const now = meanOf(last.map((figures) => figures[figure]));
  const start = meanOf(first.map((figures) => figures[figure]));
  return now === undefined || start === undefined ? undefined : { now, start };
}

/** Undefined if a step lacks the figure. */
function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length < values.length ? undefined : mean(known);
}
