/** The rewards between which colours are mixed. */
export interface RewardRange {
  readonly least: number;
  readonly most: number;
}

/** From low to high. Each stop is lighter than the one before, so hue is not needed to read it. */
export const REWARD_STOPS = [
  "#7c6cf2",
  "#c15fd6",
  "#f0719a",
  "#ffa25e",
  "#ffe95c",
] as const;

/** A range that holds the rewards; from 0, or below it, to a whole number of at least 1. */
export function rewardRange(rewards: readonly number[]): RewardRange {
  const finite = rewards.filter(Number.isFinite);
  const least = finite.reduce((a, b) => Math.min(a, b), 0);
  const most = finite.reduce((a, b) => Math.max(a, b), 1);
  return { least: Math.floor(least), most: Math.ceil(most - 1e-9) };
}

/**
 * The colour of a reward, as `rgb(…)`, between those of `REWARD_STOPS`.
 *
 * @example
 * ```ts
 * import { rewardColour } from "./reward_colour.ts";
 *
 * rewardColour(0, { least: 0, most: 2 }); // "rgb(124, 108, 242)"
 * ```
 */
export function rewardColour(reward: number, { least, most }: RewardRange): string {
  const share = Number.isNaN(reward) ? 0 : (reward - least) / (most - least);
  const place = Math.max(0, Math.min(1, share)) * (REWARD_STOPS.length - 1);
  const from = Math.min(Math.floor(place), REWARD_STOPS.length - 2);
  const [a, b] = [channels(REWARD_STOPS[from]!), channels(REWARD_STOPS[from + 1]!)];
  const mixed = a.map((level, i) => Math.round(level + (place - from) * (b[i]! - level)));
  return `rgb(${mixed.join(", ")})`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
