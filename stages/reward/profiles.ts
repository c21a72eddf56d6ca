import type { Target } from "../../data/question.ts";
import type { Reward } from "../records.ts";
import * as hardened from "./hardened/mod.ts";
import * as official from "./official/mod.ts";
import * as paper from "./paper/mod.ts";

/** The names of the reward profiles; the last one is the default. */
export const PROFILES = ["paper", "official", "hardened"] as const;

/**
 * A named set of rewards.
 *
 * - `paper`: the formulas as printed.
 * - `official`: what the authors' code computes, quirks included.
 * - `hardened`: bounded and without pay for tricks; the default.
 */
export type Profile = (typeof PROFILES)[number];

const REWARDS = { paper, official, hardened } as const;

/**
 * The rewards of a profile for one kind of target, by name: `iou`, `confidence` and `format` for
 * detection, `accuracy` and `format` for classification, `iou` and `format` for grounding. Their
 * sum is the reward of the paper.
 *
 * @example
 * ```ts
 * import { rewardsFor } from "./profiles.ts";
 *
 * Object.keys(rewardsFor("hardened", "detection")); // ["iou", "confidence", "format"]
 * ```
 */
export function rewardsFor(
  profile: Profile,
  kind: Target["kind"],
): Readonly<Record<string, Reward>> {
  const { accuracy, confidence, format, iou, regionIou } = REWARDS[profile];
  switch (kind) {
    case "detection":
      return { iou, confidence, format };
    case "classification":
      return { accuracy, format };
    case "grounding":
      return { iou: regionIou, format };
  }
}
