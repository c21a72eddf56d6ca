/**
 * Rewards that equal the authors' published code, quirks included.
 *
 * @module
 */
export { accuracy } from "./accuracy.ts";
export { confidence } from "./confidence.ts";
export { format } from "./format.ts";
export { iou } from "./iou.ts";
export { regionIou } from "./region_iou.ts";
