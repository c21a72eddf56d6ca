import { IOU_THRESHOLD } from "./match.ts";

/** What a profile's rewards may be told beside an answer and its target. */
export interface RewardOptions {
  /**
   * IoU that a stated box must exceed to count as a true one found, in [0, 1); detection alone
   * has such a threshold. @default 0.5
   */
  readonly iouThreshold?: number;
  /**
   * Whether thinking was asked for: false pays the form `<answer>…</answer>` alone, and not one
   * with a think block in front. @default true
   */
  readonly thinking?: boolean;
}

/**
 * The threshold that options name, or the paper's.
 *
 * @throws {RangeError} Where it is not in [0, 1).
 */
export function thresholdOf({ iouThreshold = IOU_THRESHOLD }: RewardOptions): number {
  if (iouThreshold >= 0 && iouThreshold < 1) return iouThreshold;
  throw new RangeError(
    `iouThreshold must be a number from 0 to below 1: it is ${iouThreshold}`,
  );
}
