import { maskOverlap } from "../../../data/geometry/mask/mask_iou.ts";
import type { Rle } from "../../../data/geometry/mask/rle.ts";

/** A mask that was to be found, and the one that was predicted. */
export interface MaskPair {
  /** The mask that the model states. */
  readonly predicted: Rle;
  /** The mask that is right. */
  readonly truth: Rle;
}

/** Figures of grounding by masks, in [0, 1). */
export interface GroundingIou {
  /** Mean IoU over the pairs; not the generalised IoU of boxes. */
  readonly gIoU: number;
  /** Cumulative IoU: shared pixels of all pairs over pixels of all unions. Large objects rule. */
  readonly cIoU: number;
  /** IoU of each pair. */
  readonly ious: readonly number[];
}

/** Keeps an empty union from a division by 0. */
const EPSILON = 1e-6;

/**
 * gIoU and cIoU as the official LISA evaluation computes them:
 *
 *   gIoU = (1/n) Σ |Pᵢ ∩ Tᵢ| / (|Pᵢ ∪ Tᵢ| + ε),   cIoU = Σ |Pᵢ ∩ Tᵢ| / (Σ |Pᵢ ∪ Tᵢ| + ε),
 *
 * with ε = 1e-6: equal masks come close to 1, and two empty ones give 0.
 *
 * @returns NaN for both if there are no pairs.
 * @throws {RangeError} If a pair's masks differ in size.
 *
 * @example Half of a mask
 * ```ts
 * import { groundingIou } from "./grounding_iou.ts";
 *
 * const truth = { size: [2, 2], counts: [0, 4] } as const;
 * const predicted = { size: [2, 2], counts: [0, 2, 2] } as const;
 * groundingIou([{ predicted, truth }]).gIoU; // 0.5, nearly
 * ```
 */
export function groundingIou(pairs: readonly MaskPair[]): GroundingIou {
  const overlaps = pairs.map(({ predicted, truth }) => maskOverlap(predicted, truth));
  const ious = overlaps.map(({ shared, either }) => shared / (either + EPSILON));
  const sum = (values: readonly number[]) =>
    values.reduce((total, one) => total + one, 0);
  const shared = sum(overlaps.map((one) => one.shared));
  const either = sum(overlaps.map((one) => one.either));
  return {
    gIoU: sum(ious) / pairs.length,
    cIoU: pairs.length > 0 ? shared / (either + EPSILON) : NaN,
    ious,
  };
}
