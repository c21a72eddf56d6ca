import { swiglu } from "../ops/activations.ts";
import { rmsNorm } from "../ops/rms_norm.ts";
import type { VisionParts } from "../qwen2_vl/vision.ts";
import { frameLengths, runsOf } from "../qwen2_vl/vision_attention.ts";
import { dense, parameter } from "../weights/weights.ts";
import { windowOrder } from "./windows.ts";

const NORM_EPSILON = 1e-6;

/**
 * Qwen2.5-VL's: RMS norms, gated feed-forward layers, and most blocks attend to windows of a frame
 * instead of the whole (Qwen2.5-VL, section 2.1.1).
 */
export const vision: VisionParts = {
  norm: (weights, name, x) =>
    rmsNorm(x, parameter(weights, `${name}.weight`), NORM_EPSILON),
  feedForward(weights, block, x) {
    const gated = swiglu(
      dense(weights, `${block}.mlp.gate_proj`, x),
      dense(weights, `${block}.mlp.up_proj`, x),
    );
    return dense(weights, `${block}.mlp.down_proj`, gated);
  },
  layout({ vision: { spatialMergeSize, windows } }, grids) {
    if (windows === undefined) {
      throw new RangeError(
        "The vision tower's config has no windows: read it as Qwen2.5-VL",
      );
    }
    const { order, lengths } = windowOrder(grids, spatialMergeSize, windows.side);
    const narrow = runsOf(lengths), whole = runsOf(frameLengths(grids));
    return {
      order,
      runs: (layer) => windows.fullBlocks.includes(layer) ? whole : narrow,
    };
  },
};
