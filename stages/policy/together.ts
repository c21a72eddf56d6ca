/** Numbers, 256 MB of them, that a second copy of may be in memory. */
export const NUMBERS_AT_ONCE = 1 << 26;

/**
 * What is worked on at once: all items if they are small together, else each by itself, so that
 * a large model has no second copy of its parameters in memory.
 *
 * @param sizeOf An item's numbers.
 * @param most Numbers that are worked on at once. Default: 64 million.
 * @returns Lists of items, in order; none of no items.
 */
export function together<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  most: number = NUMBERS_AT_ONCE,
): T[][] {
  if (items.length === 0) return [];
  const size = items.reduce((sum, item) => sum + sizeOf(item), 0);
  return size <= most ? [[...items]] : items.map((item) => [item]);
}
