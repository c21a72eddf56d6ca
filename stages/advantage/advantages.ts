import { mean, standardDeviation } from "../../data/statistics.ts";

/** What r − mean is divided by: the group's spread, the spread of the step, or nothing. */
export type Scale = "group" | "batch" | "none";

/** Keeps the quotient finite if all rewards are equal. */
const EPSILON = 1e-4;

/**
 * Advantages of a step's completions, group by group (DeepSeekMath, eq. of section 4.1.2):
 *
 *   Aᵢ = (rᵢ − mean) / (std + 1e-4)
 *
 * with rᵢ the reward of completion i, `mean` over its group, and `std` the unbiased standard
 * deviation over its group ("group"), over all completions ("batch"), or no division at all
 * ("none", as Dr. GRPO has it).
 *
 * Adding a constant to all rewards of a group changes nothing. Multiplying them by k > 0 divides
 * the 1e-4 by k, and nothing else. If all rewards of a group are equal, its advantages are 0.
 * A reward that is NaN is ignored, and its advantage is 0.
 *
 * @param groups Rewards by group; a group of one has advantage 0.
 * @returns In the same shape.
 *
 * @example One of four is right
 * ```ts
 * import { advantages } from "./advantages.ts";
 *
 * advantages([[0, 0, 1, 0]], "none"); // [[-0.25, -0.25, 0.75, -0.25]]
 * ```
 */
export function advantages(
  groups: readonly (readonly number[])[],
  scale: Scale = "group",
): readonly (readonly number[])[] {
  const scored = groups.map((rewards) =>
    rewards.filter((reward) => !Number.isNaN(reward))
  );
  const whole = scale === "batch" ? standardDeviation(scored.flat()) : 0;
  return groups.map((rewards, i) => {
    const values = scored[i]!;
    const spread = standardDeviation(values);
    const centre = spread === 0 ? values[0]! : mean(values);
    const divisor = scale === "none" ? 1 : EPSILON + (scale === "batch" ? whole : spread);
    return rewards.map((reward) =>
      Number.isNaN(reward) ? 0 : (reward - centre) / divisor
    );
  });
}

/**
 * Advantages of one group; see `advantages`.
 *
 * @example
 * ```ts
 * import { groupAdvantages } from "./advantages.ts";
 *
 * groupAdvantages([2, 2, 2]); // [0, 0, 0]
 * ```
 */
export function groupAdvantages(
  rewards: readonly number[],
  { scale = "group" }: { readonly scale?: "group" | "none" } = {},
): readonly number[] {
  return advantages([rewards], scale)[0]!;
}
