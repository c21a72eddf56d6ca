/** Longer side over shorter side of an image, at most: Qwen2-VL's own limit. */
export const MAX_ASPECT_RATIO = 200;

/**
 * Whether an image is a strip that no model can be shown.
 *
 * @example
 * ```ts
 * import { isStrip } from "./aspect_ratio.ts";
 *
 * isStrip({ width: 2100, height: 10 }); // true
 * ```
 */
export function isStrip(
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  return Math.max(width, height) > MAX_ASPECT_RATIO * Math.min(width, height);
}
