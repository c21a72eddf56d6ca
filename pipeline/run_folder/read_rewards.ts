import * as v from "npm:valibot@1.5.0";
import { schemaFault } from "../../data/files/json_fault.ts";
import { completionRowSchema } from "./completions_schema.ts";
import { fileOfRun } from "./file_of_run.ts";
import { readLines } from "../../data/files/read_lines.ts";

/** Rewards of the answers sampled in a stretch of steps. */
export interface Stretch {
  /** First and last step. */
  readonly steps: readonly [from: number, to: number];
  readonly rewards: readonly number[];
}

/** Rewards of a stretch that are kept: more change no histogram. */
const MOST_REWARDS = 1_000_000;

const { step, reward } = completionRowSchema.entries;
const schema = v.object({ step, reward }, "an object");

/**
 * Rewards of the answers that a run sampled in its first fifth and in its last fifth of steps.
 *
 * @param steps How many the run has made.
 * @returns `undefined` if they are fewer than two, or no answers were written down.
 * @throws {SyntaxError} If a line is no completion: names file, line and place.
 */
export async function readRewards(
  folder: string,
  steps: number,
): Promise<{ readonly first: Stretch; readonly last: Stretch } | undefined> {
  if (steps < 2) return undefined;
  const path = await fileOfRun(folder, "completions.jsonl");
  const length = Math.max(1, Math.floor(steps / 5));
  const first: number[] = [], last: number[] = [];
  for await (const { number, value } of readLines(path)) {
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (!result.success) {
      throw schemaFault(path, result.issues[0], { place: `line ${number}: ` });
    }
    const { step, reward } = result.output;
    if (!Number.isFinite(reward)) continue;
    const stretch = step <= length
      ? first
      : step > steps - length && step <= steps
      ? last
      : undefined;
    if (stretch !== undefined && stretch.length < MOST_REWARDS) stretch.push(reward);
  }
  if (first.length === 0 || last.length === 0) return undefined;
  return {
    first: { steps: [1, length], rewards: first },
    last: { steps: [steps - length + 1, steps], rewards: last },
  };
}
