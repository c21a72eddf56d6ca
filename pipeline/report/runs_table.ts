import { HELD_OUT } from "../run_folder/splits.ts";
import { swatch } from "../page/curves.ts";
import { figureName, figureOrder } from "../page/figure_name.ts";
import { type LookedRun, lookOf } from "../page/look.ts";
import { type Html, markup } from "../page/markup.ts";
import {
  heldOutOf,
  type ReadEvaluation,
  type ReadFigures,
} from "../run_folder/read_run.ts";
import { change, figureText, row, type RowGroup, table } from "../page/table.ts";

/**
 * Held-out figures of runs before and after training, and what changed. Runs that began with the
 * same figures share their row "before".
 */
export function runsTable(runs: readonly LookedRun[]): Html {
  const shownRuns = runs.map((run, place) => ({ run, place, course: heldOutOf(run) }))
    .filter(({ course }) => course.length > 0);
  if (shownRuns.length === 0) {
    return markup`<p class="quiet">No run has been evaluated.</p>`;
  }
  const alike = Map.groupBy(shownRuns, ({ course }) => namesOf(course).join());
  return markup`${[...alike.values()].map(tableOfAlike)}`;
}

interface ShownRun {
  readonly run: LookedRun;
  /** In the page. */
  readonly place: number;
  /** Its evaluations, one at least. */
  readonly course: readonly ReadEvaluation[];
}

/** Runs of the same figures. */
function tableOfAlike(runs: readonly ShownRun[]): Html {
  const figures = namesOf(runs.flatMap(({ course }) => course));
  const cells = (own: ReadFigures) => figures.map((name) => figureText(name, own[name]));
  let last: string | undefined;
  const groups = runs.map(({ run, place, course }): RowGroup => {
    const before = course[0]!, after = course.at(-1)!;
    const start = JSON.stringify(before.figures);
    const isNew = start !== last;
    last = start;
    const changes = figures.map((name) =>
      change(name, after.figures[name]! - before.figures[name]!)
    );
    return [
      ...isNew ? [row(stepName("Before", before.step), cells(before.figures))] : [],
      ...after === before ? [] : [
        row(runName(run, place, after.step), cells(after.figures)),
        row("change", changes, "delta"),
      ],
    ];
  });
  return table(["", ...figures.map(figureName)], groups, {
    label: "Held-out figures before and after",
  });
}

function runName(run: LookedRun, place: number, step: number): Html {
  return markup`${swatch(lookOf(run, place))} ${stepName(run.name, step)}`;
}

function stepName(name: string, step: number): Html {
  return markup`${name} <small class="quiet">step ${step}</small>`;
}

/** What the runs answered to other questions than the held-out ones; nothing if none were. */
export function probesTable(runs: readonly LookedRun[]): Html | undefined {
  const probes = runs.flatMap((run, place) =>
    run.evaluations.filter(({ split }) => split !== HELD_OUT)
      .map((evaluation) => ({ run, place, ...evaluation }))
  );
  if (probes.length === 0) return undefined;
  const figures = namesOf(probes);
  const rows = probes.map(({ run, place, split, step, figures: own }) =>
    row(
      runName(run, place, step),
      [split, ...figures.map((name) => figureText(name, own[name]))],
    )
  );
  return markup`<h3>Other questions</h3>${
    table(["", "asked", ...figures.map(figureName)], [rows], { label: "Other questions" })
  }`;
}

function namesOf(evaluations: readonly { readonly figures: ReadFigures }[]): string[] {
  return figureOrder(evaluations.flatMap(({ figures }) => Object.keys(figures)));
}
