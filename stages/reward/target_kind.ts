import { didYouMean } from "../../data/nearest_name.ts";
import type { OwnTarget, Target } from "../../data/questions/question.ts";
import type { Answer, Reward } from "../records.ts";
import { checkRewardName } from "./judge/reward_name.ts";

/**
 * A kind of target that the caller defines: what a right answer is, and what other answers are
 * worth. Its functions are pure and get the ground truth as the question has it.
 *
 * @typeParam Truth What the questions have under `truth`.
 *
 * @example A clock, where a minute more off is worth less
 * ```ts
 * import type { TargetKind } from "./target_kind.ts";
 *
 * const clock: TargetKind<{ readonly minutes: number }> = {
 *   rewards: {
 *     near({ content = "" }, { minutes }) {
 *       const [, h, m] = /^(\d\d?):(\d\d)$/.exec(content) ?? [];
 *       return h ? 1 / (1 + Math.abs(Number(h) * 60 + Number(m) - minutes)) : 0;
 *     },
 *   },
 *   solution: ({ minutes }) => `${Math.floor(minutes / 60)}:${minutes % 60}`,
 * };
 * ```
 */
export interface TargetKind<Truth = unknown> {
  /** What an answer earns, by the reward's name: a finite number, best in [0, 1]. */
  readonly rewards: Readonly<Record<string, (answer: Answer, truth: Truth) => number>>;
  /**
   * What an evaluation tells of an answer, by the figure's name: its mean over the questions is
   * `NAME/figure`, with the kind's name. Default: the rewards.
   */
  readonly figures?: Readonly<Record<string, (answer: Answer, truth: Truth) => number>>;
  /** The right answer's content, which supervised fine-tuning learns. Default: the truth as JSON. */
  readonly solution?: (truth: Truth) => string;
  /** What shots are counted by. Default: questions of the kind have no category. */
  readonly category?: (truth: Truth) => string;
  /** A few words for the truth, for pages that people read. Default: the truth as JSON. */
  readonly title?: (truth: Truth) => string;
}

/** The caller's kinds by name; each has its own type of truth. */
export type TargetKinds = Readonly<Record<string, TargetKind<never>>>;

/**
 * Checks the names of the caller's kinds, of their rewards and of their figures.
 *
 * @throws {RangeError} If a metric cannot have such a name (see `checkRewardName`), or if a kind has
 * no rewards.
 */
export function checkTargetKinds(kinds: TargetKinds): void {
  for (const [name, { rewards, figures = {} }] of Object.entries(kinds)) {
    for (const part of [name, ...Object.keys(rewards), ...Object.keys(figures)]) {
      checkRewardName(part);
    }
    if (Object.keys(rewards).length > 0) continue;
    throw new RangeError(
      `The kind of target ${JSON.stringify(name)} has no rewards: give it one`,
    );
  }
}

/**
 * The kind of that name.
 *
 * @throws {RangeError} If nobody has defined it: says how it is given.
 */
export function targetKind(name: string, kinds: TargetKinds): TargetKind {
  if (Object.hasOwn(kinds, name)) return kinds[name]! as TargetKind;
  const known = Object.keys(kinds);
  throw new RangeError(
    `No kind of target ${JSON.stringify(name)} is defined: ` +
      (known.length > 0 ? `${didYouMean(name, known, "kinds")}; ` : "") +
      `give it from a program, as in train(settings, { targetKinds: { ${
        /^\w+$/.test(name) ? name : JSON.stringify(name)
      }: … } })`,
  );
}

/** Functions of a kind as rewards: they see a target's truth alone. */
export function asRewards(
  functions: TargetKind["rewards"],
): Readonly<Record<string, Reward>> {
  return Object.fromEntries(
    Object.entries(functions).map(([name, worth]) => [
      name,
      (answer: Answer, target: Target) =>
        target.kind === "own" ? worth(answer, target.truth) : 0,
    ]),
  );
}

/** A target with its kind's category and title; targets of other kinds as they are. */
export function described<T extends Target>(
  target: T,
  kinds: TargetKinds,
): T | OwnTarget {
  if (target.kind !== "own") return target;
  const { category, title } = targetKind(target.name, kinds);
  return {
    ...target,
    ...category && { category: category(target.truth) },
    ...title && { title: title(target.truth) },
  };
}
