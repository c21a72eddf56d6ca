import { type Html, markup, type Part } from "./markup.ts";
import { isBetterHigh, isCount } from "./figure_name.ts";
import { shown, shownChange } from "./shown.ts";

/** Rows that belong together. */
export type RowGroup = readonly Html[];

/** How a table looks. */
export interface TableOptions {
  /** For screen readers. */
  readonly label: string;
  /** "figures" to the right, "text" to the left, "text wrap" in several lines. */
  readonly look?: "figures" | "text" | "text wrap";
}

/** A table in a box of its own, which scrolls if the page is narrower. */
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

/** A row that begins with its name. */
export function row(name: Part, cells: readonly Part[], look = ""): Html {
  const rest = cells.map((cell) => markup`<td>${cell}</td>`);
  return markup`<tr class="${look}"><th scope="row">${name}</th>${rest}</tr>\n`;
}

/** A figure in a table or a card. */
export function figureText(figure: string, value: number | undefined): string {
  return shown(value, isCount(figure) ? 0 : figure === "mean_length" ? 1 : 3);
}

/** A change of a figure: signed, and coloured if more of it is better; nothing for counts. */
export function change(figure: string, value: number | undefined, digits = 3): Html {
  if (isCount(figure)) return markup``;
  if (value === undefined || !Number.isFinite(value)) return markup`–`;
  const text = shownChange(value, figure === "mean_length" ? 1 : digits);
  const look = !isBetterHigh(figure) || text === "±0"
    ? "even"
    : value > 0
    ? "better"
    : "worse";
  return markup`<span class="${look}">${text}</span>`;
}
