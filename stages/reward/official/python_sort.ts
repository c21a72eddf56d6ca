/**
 * `sorted(items, key=key, reverse=True)` as CPython does it for up to 63 items.
 *
 * Only NaN makes a difference to any other stable sort: it compares as neither less nor
 * greater, so where it ends depends on which comparisons are made. This makes the same ones: a
 * run at the start, then binary insertion, on the reversed list.
 *
 * @example
 * ```ts
 * import { sortedDescending } from "./python_sort.ts";
 *
 * sortedDescending([1, 3, 2], (x) => x); // [3, 2, 1]
 * ```
 */
export function sortedDescending<T>(items: readonly T[], key: (item: T) => number): T[] {
  if (!items.some((item) => Number.isNaN(key(item)))) {
    return [...items].sort((a, b) => key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0);
  }
  const list = [...items].reverse();
  const less = (a: T, b: T) => key(a) < key(b);
  for (let i = run(list, less); i < list.length; i++) {
    const pivot = list[i]!;
    let low = 0, high = i;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (less(pivot, list[middle]!)) high = middle;
      else low = middle + 1;
    }
    list.splice(i, 1);
    list.splice(low, 0, pivot);
  }
  return list.reverse();
}

/** Length of the ascending run at the start; a strictly descending one is turned round. */
function run<T>(list: T[], less: (a: T, b: T) => boolean): number {
  if (list.length < 2) return list.length;
  const descending = less(list[1]!, list[0]!);
  let n = 2;
  while (n < list.length && less(list[n]!, list[n - 1]!) === descending) n++;
  if (descending) list.splice(0, n, ...list.slice(0, n).reverse());
  return n;
}
