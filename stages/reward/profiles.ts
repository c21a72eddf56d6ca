import type { Target } from "../../data/questions/question.ts";
import type { Answer, Reward } from "../records.ts";
import * as hardened from "./hardened/mod.ts";
import * as official from "./official/mod.ts";
import { type RewardOptions, thresholdOf } from "./criteria/options.ts";
import { choiceAccuracy } from "./kinds/choice_accuracy.ts";
import { numberAccuracy } from "./kinds/number_accuracy.ts";
import { pointHit } from "./kinds/point_hit.ts";
import { textSimilarity } from "./kinds/text_similarity.ts";
import * as paper from "./paper/mod.ts";

/** The names of the reward profiles; the last one is the default. */
export const PROFILES = ["paper", "official", "hardened"] as const;

/**
 * A named set of rewards.
 *
 * - `paper`: the formulas as printed.
 * - `official`: what the authors' code computes, quirks included.
 * - `hardened`: bounded, and without reward for tricks; the default.
 */
export type Profile = (typeof PROFILES)[number];

const REWARDS = { paper, official, hardened } as const;

/**
 * The rewards of a profile for one kind of target, by name: `iou`, `confidence` and `format` for
 * detection, `accuracy` and `format` for classification, `iou` and `format` for grounding. Their
 * sum is the reward of the paper.
 *
 * Kinds that the paper has not are judged alike in every profile, but for `format`: `accuracy` and
 * `format` for a number or a choice, `similarity` and `format` for a text, `point` and `format` for
 * a point. Targets of the caller's own kinds have `format` alone here: see `chooseRewards`.
 *
 * @param options What differs from the paper. Options are bound: each reward stays a function of
 * answer and target.
 * @throws {RangeError} If an option is out of its range.
 *
 * @example
 * ```ts
 * import { rewardsFor } from "./profiles.ts";
 *
 * Object.keys(rewardsFor("hardened", "detection")); // ["iou", "confidence", "format"]
 *
 * const strict = rewardsFor("hardened", "detection", { iouThreshold: 0.75 });
 * Object.keys(strict); // the same, and a box of IoU 0.7 is a miss
 * ```
 */
export function rewardsFor(
  profile: Profile,
  kind: Target["kind"],
  options?: RewardOptions,
): Readonly<Record<string, Reward>> {
  if (options) thresholdOf(options);
  const { accuracy, regionIou, ...plain } = REWARDS[profile];
  const iou = bound(plain.iou, options);
  const confidence = bound(plain.confidence, options);
  const format = bound(plain.format, options);
  switch (kind) {
    case "detection":
      return { iou, confidence, format };
    case "classification":
      return { accuracy, format };
    case "grounding":
      return { iou: regionIou, format };
    case "number":
      return { accuracy: numberAccuracy, format };
    case "choice":
      return { accuracy: choiceAccuracy, format };
    case "text":
      return { similarity: textSimilarity, format };
    case "point":
      return { point: pointHit, format };
    case "own":
      return { format };
  }
}

type Tunable = (answer: Answer, target: Target, options?: RewardOptions) => number;

function bound(reward: Tunable, options: RewardOptions | undefined): Reward {
  return options ? (answer, target) => reward(answer, target, options) : reward;
}
