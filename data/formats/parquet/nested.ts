/** A value of a column with lists: lists in lists, as deep as the schema has them. */
export type Nested<T> = T | null | readonly Nested<T>[];

/**
 * Puts the values of a column with lists together to rows, by their levels (Dremel's assembly).
 *
 * @param lists Definition levels at which an element of each list is there, the outermost first.
 * @returns `add` takes a value with its levels; `rows` are those begun so far.
 *
 * @example
 * ```ts
 * import { nestedRows } from "./nested.ts";
 *
 * const { add, rows } = nestedRows<number>([2]);
 * add(0, 3, 7), add(1, 3, 8), add(0, 1, null), add(0, 0, null);
 * rows; // [[7, 8], [], null]
 * ```
 */
export function nestedRows<T>(lists: readonly number[]): {
  readonly rows: readonly Nested<T>[];
  readonly add: (repetition: number, definition: number, value: T | null) => void;
} {
  const rows: Nested<T>[] = [];
  const open: (Nested<T>[] | undefined)[] = []; // the list of each depth that goes on
  const inner = (depth: number, definition: number, value: T | null): Nested<T> => {
    const level = lists[depth];
    if (level === undefined) return value;
    if (definition < level - 1) return null;
    if (definition < level) return [];
    const list: Nested<T>[] = [];
    open[depth] = list;
    list.push(inner(depth + 1, definition, value));
    return list;
  };
  return {
    rows,
    add(repetition, definition, value) {
      open.length = Math.min(open.length, repetition);
      if (repetition === 0) {
        rows.push(inner(0, definition, value));
        return;
      }
      const list = open[repetition - 1];
      if (list === undefined || definition < lists[repetition - 1]!) {
        throw new SyntaxError("a list goes on that did not begin");
      }
      list.push(inner(repetition, definition, value));
    },
  };
}
