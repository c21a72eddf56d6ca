import { pixelCount, type Rle } from "./rle.ts";

/** Characters "0" to "o" stand for six bits each: five of the number, and whether more follow. */
const ZERO = 48, BITS = 5, MORE = 1 << BITS, SIGN = MORE >> 1;

/** Groups of five bits that a difference of two run lengths below 2³¹ can need. */
const MAX_GROUPS = 7;

/**
 * Run lengths as COCO's compressed string: from the fourth on each as the difference to the one
 * two before, in groups of five bits, lowest first (pycocotools' `rleToString`).
 *
 * @example A mask with one pixel on
 * ```ts
 * import { formatRle } from "./rle_string.ts";
 *
 * formatRle({ size: [2, 2], counts: [1, 1, 2] }); // "112"
 * ```
 */
export function formatRle({ counts }: Rle): string {
  let text = "";
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    for (let more = true; more;) {
      const group = rest & (MORE - 1);
      rest >>= BITS;
      more = rest !== (group & SIGN ? -1 : 0);
      text += String.fromCharCode(ZERO + group + (more ? MORE : 0));
    }
  }
  return text;
}

/**
 * Run lengths of a file, compressed or not, as a valid mask: whole numbers that add up to
 * height · width.
 *
 * @param size Height and width in pixels.
 * @throws {SyntaxError} If the run lengths are not valid; the message names the place.
 * @throws {RangeError} If the size is impossible.
 *
 * @example Both forms
 * ```ts
 * import { parseRle } from "./rle_string.ts";
 *
 * parseRle([2, 2], "112").counts; // [1, 1, 2]
 * parseRle([2, 2], [1, 1, 2]).counts; // [1, 1, 2]
 * ```
 */
export function parseRle(size: Rle["size"], counts: string | readonly number[]): Rle {
  const total = pixelCount(size);
  const runs = typeof counts === "string" ? parseCounts(counts, total) : [...counts];
  let sum = 0;
  for (let i = 0; i < runs.length; i++) {
    const run = runs[i]!;
    if (!Number.isInteger(run) || run < 0) {
      throw new SyntaxError(
        `Run length ${i + 1} of a mask must be a whole number of pixels, not ${run}`,
      );
    }
    sum += run;
  }
  if (sum === total) return { size: [size[0], size[1]], counts: runs };
  throw new SyntaxError(
    `The run lengths of a mask of ${size[0]} x ${size[1]} add up to ${sum}, not ${total}`,
  );
}

function parseCounts(text: string, total: number): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length;) {
    const start = at;
    let value = 0, more = true;
    for (let group = 0, weight = 1; more; group++, at++, weight *= MORE) {
      const code = text.charCodeAt(at) - ZERO; // NaN behind the end
      if (!(code >= 0 && code < 2 * MORE && group < MAX_GROUPS)) {
        throw new SyntaxError(`A mask's string breaks off ${place(text, at)}`);
      }
      value += (code & (MORE - 1)) * weight;
      more = (code & MORE) !== 0;
      if (!more && code & SIGN) value -= weight * MORE;
    }
    const run = counts.length > 2 ? value + counts[counts.length - 2]! : value;
    if (run < 0 || run > total) {
      throw new SyntaxError(
        `A mask's string gives a run of ${run} pixels of ${total} ${place(text, start)}`,
      );
    }
    counts.push(run);
  }
  return counts;
}

function place(text: string, at: number): string {
  return at < text.length
    ? `at character ${at + 1}, ${JSON.stringify(text[at])}`
    : `at its end, after ${text.length} characters`;
}
