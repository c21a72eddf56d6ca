import { type Html, markup, type Part } from "./markup.ts";
import { isBetterHigh } from "./figure_name.ts";
import { shownChange } from "./shown.ts";

/** Rows that belong together. */
export type RowGroup = readonly Html[];

/** How a table looks. */
export interface TableOptions {
  /** For those who do not see it. */
  readonly label: string;
  /** "figures" to the right, "text" to the left, "text wrap" in several lines. */
  readonly look?: "figures" | "text" | "text wrap";
}

/** A table in a box of its own, in which it scrolls where the page is narrower. */
export function table(
  heads: readonly Part[],
  groups: readonly RowGroup[],
  { label, look = "figures" }: TableOptions,
): Html {
  const head = heads.map((one) => markup`<th scope="col">${one}</th>`);
  const bodies = groups.map((rows) => markup`<tbody class="group">${rows}</tbody>\n`);
  return markup`<div class="table ${look}" role="region" tabindex="0" aria-label="${label}"><table>
<thead><tr>${head}</tr></thead>
${bodies}</table></div>`;
}

/** A row with its name in front. */
export function row(name: Part, cells: readonly Part[], look = ""): Html {
  const rest = cells.map((cell) => markup`<td>${cell}</td>`);
  return markup`<tr class="${look}"><th scope="row">${name}</th>${rest}</tr>\n`;
}

/** A change of a figure: signed, and coloured where more of it is better. */
export function change(figure: string, value: number | undefined): Html {
  if (value === undefined || !Number.isFinite(value)) return markup`–`;
  const text = shownChange(value);
  const look = !isBetterHigh(figure) || text === "±0"
    ? "even"
    : value > 0
    ? "better"
    : "worse";
  return markup`<span class="${look}">${text}</span>`;
}
