/**
 * Which tokens of a completion count: those up to and with the first end-of-text token.
 *
 * @returns One flag per token; all true where no token ends the text.
 *
 * @example
 * ```ts
 * import { completionMask } from "./completion_mask.ts";
 *
 * completionMask([5, 6, 2, 7], [2]); // [true, true, true, false]
 * ```
 */
export function completionMask(
  tokenIds: readonly number[],
  eosIds: readonly number[],
): readonly boolean[] {
  const end = tokenIds.findIndex((id) => eosIds.includes(id));
  return tokenIds.map((_, i) => end < 0 || i <= end);
}
