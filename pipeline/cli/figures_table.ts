import type { Figures } from "../../stages/records.ts";

/**
 * Columns of figures as text for people: one row a figure, in the order of the first column.
 *
 * @example
 * ```ts
 * import { figuresTable } from "./figures_table.ts";
 *
 * figuresTable("held-out", { before: { accuracy: 0.16 }, after: { accuracy: 0.58 } });
 * // held-out     before    after
 * // accuracy      0.160    0.580
 * ```
 */
export function figuresTable(
  title: string,
  columns: Readonly<Record<string, Figures>>,
): string {
  const heads = Object.keys(columns);
  const rows = [
    ...new Set(Object.values(columns).flatMap((column) => Object.keys(column))),
  ];
  const width = Math.max(title.length, ...rows.map((row) => row.length)) + 2;
  const line = (first: string, cells: readonly string[]) =>
    first.padEnd(width) + cells.map((cell) => cell.padStart(9)).join("");
  return [
    line(title, heads),
    ...rows.map((row) => line(row, heads.map((head) => shown(columns[head]![row])))),
  ].join("\n");
}

function shown(value: number | undefined): string {
  if (value === undefined) return "–";
  return Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(3);
}
