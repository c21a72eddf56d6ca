/**
 * Rewards with the formulas of the paper as printed.
 *
 * @module
 */
export { accuracy } from "./accuracy.ts";
export { confidence } from "./confidence.ts";
export { format } from "./format.ts";
export { iou } from "./iou.ts";
export { regionIou } from "./region_iou.ts";
