import type { Frame } from "../geometry/box.ts";

const PER_MILLE =
  /\b(?:between\s+0\s+and\s+(?:1000|999)|0\s*(?:-|–|to)\s*(?:1000|999)|normali[sz]ed\s+to\s+(?:1000|999))\b|[[(]\s*0\s*,\s*(?:1000|999)\s*[\])]/i;
const UNIT =
  /\b(?:coordinates?|box(?:es)?|normali[sz]ed)\b[^.\n]{0,40}(?:between\s+0\s+and\s+1\b(?!\d)|\b0\s*(?:-|–|to)\s*1\b(?!\d)|[[(]\s*0\s*,\s*1\s*[\])])/i;
const PIXELS =
  /\b(?:(?:in|as)\s+(?:absolute\s+)?pixels?|pixel\s+coordinates?|absolute\s+(?:pixel\s+)?coordinates?)\b/i;

/**
 * The frame that the words of a problem ask boxes to be stated in: "between 0 and 1000" is per mille,
 * "normalized coordinates from 0 to 1" are shares, "pixel coordinates" are pixels.
 *
 * @returns `undefined` if they name none.
 * @throws {SyntaxError} If they name two.
 *
 * @example
 * ```ts
 * import { namedFrame } from "./named_frame.ts";
 *
 * namedFrame("provide the bounding boxes (between 0 and 1000, integer)"); // "per mille"
 * ```
 */
export function namedFrame(problem: string): Frame | undefined {
  const named: Frame[] = [
    ...PER_MILLE.test(problem) ? ["per mille"] as const : [],
    ...UNIT.test(problem) ? ["unit"] as const : [],
    ...PIXELS.test(problem) ? ["pixels"] as const : [],
  ];
  const [frame, another] = named;
  if (another === undefined) return frame;
  throw new SyntaxError(
    `the problem asks for boxes in ${frame} and in ${another}: name one of them`,
  );
}
