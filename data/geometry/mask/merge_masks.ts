import type { Rle } from "./rle.ts";

/** Calls `visit` with the length of each stretch on which neither mask changes. */
export function sweep(
  a: Rle,
  b: Rle,
  visit: (length: number, inA: boolean, inB: boolean) => void,
): void {
  requireEqualSizes(a, b);
  const one = a.counts, two = b.counts;
  let i = 0, j = 0, restOne = one[0] ?? 0, restTwo = two[0] ?? 0;
  while (i < one.length && j < two.length) {
    const length = restOne < restTwo ? restOne : restTwo;
    if (length > 0) visit(length, (i & 1) === 1, (j & 1) === 1);
    restOne -= length;
    restTwo -= length;
    if (restOne === 0) restOne = one[++i] ?? 0;
    if (restTwo === 0) restTwo = two[++j] ?? 0;
  }
}

/**
 * The mask of the pixels that are on in any mask, or in every one (pycocotools' `merge`).
 *
 * @throws {RangeError} If there is no mask, or sizes differ.
 *
 * @example Two columns
 * ```ts
 * import { mergeMasks } from "./merge_masks.ts";
 *
 * const left = { size: [2, 2], counts: [0, 2, 2] } as const;
 * const right = { size: [2, 2], counts: [2, 2] } as const;
 * mergeMasks([left, right], "union").counts; // [0, 4]
 * mergeMasks([left, right], "intersection").counts; // [4]
 * ```
 */
export function mergeMasks(
  masks: readonly Rle[],
  how: "union" | "intersection",
): Rle {
  if (masks.length === 0) {
    throw new RangeError("There must be at least one mask to merge");
  }
  return masks.reduce((a, b) => {
    const counts: number[] = [];
    let on = false, run = 0;
    sweep(a, b, (length, inA, inB) => {
      const next = how === "union" ? inA || inB : inA && inB;
      if (next !== on) {
        counts.push(run);
        run = 0;
        on = next;
      }
      run += length;
    });
    counts.push(run);
    return { size: a.size, counts };
  });
}

function requireEqualSizes({ size: [h, w] }: Rle, { size: [otherH, otherW] }: Rle): void {
  if (h === otherH && w === otherW) return;
  throw new RangeError(
    `Masks of one image must have the same size, not ${h} x ${w} and ${otherH} x ${otherW}`,
  );
}
