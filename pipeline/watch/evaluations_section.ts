import { shown } from "../report/line_plot.ts";
import { type Html, markup } from "../report/markup.ts";
import type { ReadEvaluation } from "../report/read_run.ts";

/**
 * Evaluations, a row each, newest first, one table a split; under the newest row stands what has
 * changed since the first. Nothing where there are none.
 */
export function evaluationsSection(evaluations: readonly ReadEvaluation[]): Html {
  if (evaluations.length === 0) return markup``;
  const splits = Map.groupBy(evaluations, ({ split }) => split);
  return markup`<h2>Evaluations</h2>
${[...splits].map(([split, own]) => table(split, own))}`;
}

function table(split: string, evaluations: readonly ReadEvaluation[]): Html {
  const names = [...new Set(evaluations.flatMap(({ figures }) => Object.keys(figures)))];
  const cells = (of: (name: string) => string) =>
    names.map((name) => markup`<td>${of(name)}</td>`);
  const rows = evaluations.toReversed().map(({ step, figures }) =>
    markup`<tr><th>${step === 0 ? "before" : `step ${step}`}</th>${
      cells((name) => figures[name] === undefined ? "" : shown(figures[name]))
    }</tr>`
  );
  const first = evaluations[0]!, last = evaluations.at(-1)!;
  const change = first !== last &&
    markup`<tr class="delta"><th>change</th>${
      cells((name) => difference(first.figures[name], last.figures[name]))
    }</tr>`;
  return markup`<h3>${split}</h3>
<div class="table" tabindex="0"><table>
<thead><tr><th></th>${
    names.map((name) => markup`<th>${name.replaceAll("_", " ")}</th>`)
  }</tr></thead>
<tbody>${change}${rows}</tbody>
</table></div>`;
}

function difference(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined || !Number.isFinite(to - from)) return "";
  return `${to > from ? "+" : to < from ? "−" : "±"}${shown(Math.abs(to - from))}`;
}
