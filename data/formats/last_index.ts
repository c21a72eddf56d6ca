/** The place of the last element for which `fits` holds, by halving; it holds for the first ones. */
export function lastIndex<T>(
  list: { readonly length: number; readonly [index: number]: T },
  fits: (element: T) => boolean,
): number {
  let low = 0, high = list.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(list[middle]!)) low = middle;
    else high = middle - 1;
  }
  return low;
}
