import {
  bufferCount,
  concatMap,
  map,
  type OperatorFunction,
  pipe,
  toArray,
} from "npm:rxjs@7.8.2";
import type { Group, Scored } from "../records.ts";
import { advantages, type Scale } from "./advantages.ts";
import { mean, standardDeviation } from "../../data/statistics.ts";

/** The engines compute with 32 bits: larger ones make the norm of the gradient infinite. */
const LARGEST_ADVANTAGE = 1e12;

/** How rewards become advantages. */
export interface NormaliseOptions {
  /** Completions per question, G. */
  readonly numGenerations: number;
  /** What r − mean is divided by. Default "group". */
  readonly scale?: Scale;
}

/**
 * Collects every G consecutive completions, which must belong to one question and one step, into a
 * group with advantages; groups come in the order of their questions.
 *
 * A group is emitted with its last completion. With `scale: "batch"` none is emitted before the
 * source completes: give it the stream of one step, not of a run.
 *
 * @throws {RangeError} At once if `numGenerations` is not a positive integer; as an error of
 * the stream if G consecutive completions are of different questions or steps, if the source ends
 * within a group, and if a mean or a deviation is not finite, or an advantage not in ±1e12: the
 * message names the completion with the largest reward and the parts of that reward.
 *
 * @example
 * ```ts
 * import { from } from "rxjs";
 * import type { Scored } from "../records.ts";
 * import { normaliseGroups } from "./normalise_groups.ts";
 *
 * const scored: Scored[] = [];
 * from(scored).pipe(normaliseGroups({ numGenerations: 8 }))
 *   .subscribe(({ rewardMean }) => rewardMean);
 * ```
 */
export function normaliseGroups(
  { numGenerations, scale = "group" }: NormaliseOptions,
): OperatorFunction<Scored, Group> {
  if (!Number.isInteger(numGenerations) || numGenerations < 1) {
    throw new RangeError(
      `numGenerations must be a positive integer: it is ${numGenerations}`,
    );
  }
  const groups = pipe(
    bufferCount<Scored>(numGenerations),
    map((group) => checked(group, numGenerations)),
  );
  if (scale !== "batch") {
    return pipe(groups, concatMap((group) => normalise([group], scale)));
  }
  return pipe(groups, toArray(), concatMap((all) => normalise(all, scale)));
}

function checked(group: readonly Scored[], size: number): readonly Scored[] {
  const first = group[0]!;
  const stranger = group.find(({ question, step }) =>
    question.id !== first.question.id || step !== first.step
  );
  if (stranger !== undefined) {
    throw new RangeError(
      `Completion ${stranger.id} came within the group of ${first.id}: ` +
        `all ${size} completions of a question must follow one another`,
    );
  }
  if (group.length < size) {
    throw new RangeError(
      `The group of ${first.id} ended after ${group.length} of ${size} completions: ` +
        `numGenerations must be what the rollout draws`,
    );
  }
  return group;
}

function normalise(groups: readonly (readonly Scored[])[], scale: Scale): Group[] {
  const rewards = groups.map((group) => group.map(({ reward }) => reward));
  const values = advantages(rewards, scale);
  return groups.map((group, i) => {
    const rewardMean = mean(rewards[i]!);
    const rewardStd = standardDeviation(rewards[i]!);
    const completions = group.map((scored, j) => ({
      ...scored,
      advantage: values[i]![j]!,
    }));
    checkFinite("mean of the rewards", rewardMean, group);
    checkFinite("standard deviation of the rewards", rewardStd, group);
    for (const scored of completions) {
      checkFinite(
        `advantage of ${scored.id}`,
        scored.advantage,
        group,
        LARGEST_ADVANTAGE,
      );
    }
    return { question: group[0]!.question, completions, rewardMean, rewardStd };
  });
}

function checkFinite(
  what: string,
  value: number,
  group: readonly Scored[],
  largest = Number.MAX_VALUE,
): void {
  if (Math.abs(value) <= largest) return;
  const rank = ({ reward }: Scored) => Number.isNaN(reward) ? Infinity : Math.abs(reward);
  const worst = group.reduce((a, b) => rank(b) > rank(a) ? b : a);
  const parts = Object.entries(worst.rewards).map(([name, part]) => `${name} ${part}`);
  throw new RangeError(
    `The ${what} in the group of ${group[0]!.id} is ${value}, too large to learn from: ` +
      `completion ${worst.id} earns ${worst.reward} (${
        parts.join(", ")
      }); give smaller ` +
      "rewards or weights",
  );
}
