/**
 * Rewards that are bounded for every string and not open to tricks: the default.
 *
 * @module
 */
export { accuracy } from "./accuracy.ts";
export { confidence } from "./confidence.ts";
export { format } from "./format.ts";
export { iou } from "./iou.ts";
export { regionIou } from "./region_iou.ts";
