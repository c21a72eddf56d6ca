import { figureName, figureOrder, isCount } from "../page/figure_name.ts";
import { type Html, markup } from "../page/markup.ts";
import type { ReadEvaluation } from "../run_folder/read_run.ts";
import { shown } from "../page/shown.ts";
import { change, row, table } from "../page/table.ts";

/**
 * Evaluations, newest first, in a table for each split; its first row is the change from the
 * first to the newest. Nothing if there are none.
 */
export function evaluationsSection(evaluations: readonly ReadEvaluation[]): Html {
  if (evaluations.length === 0) return markup``;
  const splits = Map.groupBy(evaluations, ({ split }) => split);
  return markup`<h2>Evaluations</h2>
${[...splits].map(([split, own]) => tableOf(split, own))}`;
}

function tableOf(split: string, evaluations: readonly ReadEvaluation[]): Html {
  const names = figureOrder([
    ...new Set(evaluations.flatMap(({ figures }) => Object.keys(figures))),
  ]);
  const first = evaluations[0]!, last = evaluations.at(-1)!;
  const changes = names.map((name) =>
    change(name, (last.figures[name] ?? NaN) - (first.figures[name] ?? NaN))
  );
  const rows = evaluations.toReversed().map(({ step, figures }) =>
    row(
      step === 0 ? "before" : `step ${step}`,
      names.map((name) => shown(figures[name], isCount(name) ? 0 : 3)),
    )
  );
  const all = first === last ? rows : [row("change", changes, "delta"), ...rows];
  return markup`<h3>${split}</h3>
${table(["", ...names.map(figureName)], [all], { label: `Evaluations, ${split}` })}`;
}
