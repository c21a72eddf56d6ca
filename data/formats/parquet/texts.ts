import { MOST_CHARACTERS, type StoredText } from "../examples.ts";
import type { Columns } from "./columns.ts";
import type { Footer, Group, Leaf } from "./footer.ts";
import { type Nested, nestedRows } from "./nested.ts";
import { openColumn } from "./open_column.ts";
import { readPage } from "./pages.ts";
import type { Slice } from "./slice.ts";
import { valueReader } from "./value_reader.ts";

/**
 * Reads the problems and solutions of a file; numbers and lists become their text in JSON.
 *
 * @throws {RangeError} If they are more than fit in memory.
 */
export async function textsOf(
  slice: Slice,
  { groups }: Footer,
  { problem, solution }: Columns,
): Promise<StoredText[]> {
  const texts: StoredText[] = [];
  let characters = 0;
  const count = (added: number) => {
    characters += added;
    if (characters <= MOST_CHARACTERS) return;
    throw new RangeError(`its texts have more than ${MOST_CHARACTERS} characters`);
  };
  for (const group of groups) {
    const problems = await columnTexts(slice, group, problem, count);
    const solutions = await columnTexts(slice, group, solution, count);
    problems.forEach((problem, i) => texts.push({ problem, solution: solutions[i]! }));
  }
  return texts;
}

async function columnTexts(
  slice: Slice,
  group: Group,
  leaf: Leaf,
  count: (characters: number) => void,
): Promise<readonly (string | null)[]> {
  const value = valueReader(leaf);
  const { chunk, pages, dictionary } = await openColumn(slice, group, leaf, value);
  const { rows, add } = nestedRows<string | number>(leaf.lists);
  for (const page of pages) {
    const { values, repetition, definition } = await readPage(
      ...[slice, page, chunk, leaf, value, dictionary] as const,
    );
    let added = 0;
    values.forEach((value, i) => {
      // A number in a list takes as much memory as a short text.
      added += typeof value === "string" ? value.length : 8;
      add(repetition?.[i] ?? 0, definition?.[i] ?? leaf.maxLevel, value);
    });
    count(added);
  }
  if (rows.length === group.rows) return rows.map(textOf);
  throw new SyntaxError(
    `the column ${leaf.path[0]} has ${rows.length} rows where ${group.rows} are declared`,
  );
}

/** A value as text, as JSON has it if it is no text. */
function textOf(value: Nested<string | number>): string | null {
  return typeof value === "string" || value === null ? value : JSON.stringify(value);
}
