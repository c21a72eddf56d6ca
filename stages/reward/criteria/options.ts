import type { AnswerForm } from "../../../data/questions/question.ts";
import { IOU_THRESHOLD } from "./match.ts";

/** Options of a profile's rewards. */
export interface RewardOptions {
  /**
   * IoU that a stated box must exceed to match a true one, in [0, 1); only detection
   * has such a threshold. @default 0.5
   */
  readonly iouThreshold?: number;
  /**
   * Whether thinking was asked for: false rewards the form `<answer>…</answer>` alone, and not one
   * with a think block before it. @default true
   */
  readonly thinking?: boolean;
  /**
   * The form that the question's prompt shows for boxes; `format` of the profile `hardened` asks for
   * it. Default: the tags alone count.
   */
  readonly form?: AnswerForm;
}

/**
 * The threshold of the options, or the paper's.
 *
 * @throws {RangeError} If it is not in [0, 1).
 */
export function thresholdOf({ iouThreshold = IOU_THRESHOLD }: RewardOptions): number {
  if (iouThreshold >= 0 && iouThreshold < 1) return iouThreshold;
  throw new RangeError(
    `iouThreshold must be a number from 0 to below 1: it is ${iouThreshold}`,
  );
}
