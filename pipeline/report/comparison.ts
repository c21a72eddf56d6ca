import { figureName } from "./figure_name.ts";
import { type Html, markup } from "./markup.ts";
import { swatch } from "./curves.ts";
import { heldOutOf, type ReadFigures, type ReadRun } from "./read_run.ts";
import type { Arm, Results, Spread } from "./read_results.ts";
import { shown } from "./shown.ts";
import { change, row, type RowGroup, table } from "./table.ts";

/** Names of methods as the paper writes them. */
const METHODS: Readonly<Record<string, string>> = {
  baseline: "Baseline",
  sft: "SFT",
  rft: "RFT",
};

/** Differences that are shown: the second method less the first. */
const DELTAS = [["baseline", "sft"], ["baseline", "rft"], ["sft", "rft"]] as const;

/**
 * What an experiment found, in the paper's form: a table for each number of shots, with rows
 * baseline, SFT, RFT and their differences, and a column a figure and a category; mean ±
 * standard deviation over seeds.
 */
export function experimentTables({ arms }: Results): Html {
  return markup`${
    arms.map((arm) =>
      markup`${
        arm.shots !== undefined &&
        markup`<h3>${arm.shots} ${arm.shots === 1 ? "shot" : "shots"}</h3>`
      }${armTable(arm)}`
    )
  }`;
}

function armTable({ methods, shots }: Arm): Html {
  const names = Object.keys(methods).sort((a, b) => placeOf(a) - placeOf(b));
  const columns = (["figures", "categories"] as const).flatMap((kind) =>
    [...new Set(names.flatMap((name) => Object.keys(methods[name]![kind])))]
      .filter((figure) => kind === "categories" || figure !== "questions")
      .map((figure) => ({ kind, figure }))
  );
  const spreadAt = (method: string, { kind, figure }: (typeof columns)[number]) => {
    const own = methods[method]?.[kind];
    return own && Object.hasOwn(own, figure) ? own[figure] : undefined;
  };
  const values = names.map((name) => {
    const rate = methods[name]!.learningRate;
    const small = rate !== undefined &&
      markup` <small class="quiet">lr ${shown(rate)}</small>`;
    const cells = columns.map((column) => spreadCell(spreadAt(name, column)));
    return row(markup`${METHODS[name] ?? name}${small}`, cells);
  });
  const deltas = DELTAS.flatMap(([from, to]) => {
    if (!Object.hasOwn(methods, from) || !Object.hasOwn(methods, to)) return [];
    const cells = columns.map((column) => {
      const a = spreadAt(from, column), b = spreadAt(to, column);
      return change(column.figure, a && b && b.mean - a.mean);
    });
    return [row(`${METHODS[to]} − ${METHODS[from]}`, cells, "delta")];
  });
  const heads = columns.map(({ kind, figure }) =>
    kind === "figures" ? figureName(figure) : figure
  );
  return table(["", ...heads], [values, deltas], {
    label: `Comparison${shots === undefined ? "" : ` at ${shots} shots`}`,
  });
}

function placeOf(method: string): number {
  const place = Object.keys(METHODS).indexOf(method);
  return place < 0 ? Infinity : place;
}

function spreadCell(spread: Spread | undefined): Html {
  if (spread === undefined) return markup`–`;
  const sd = Number.isFinite(spread.sd) &&
    markup` <small class="quiet">± ${shown(spread.sd)}</small>`;
  return markup`${shown(spread.mean)}${sd}`;
}

/**
 * Held-out figures of runs before and after, and what changed. Runs that began alike share their
 * row "before".
 */
export function runsTable(runs: readonly ReadRun[]): Html {
  const shownRuns = runs.map((run, place) => ({ run, place, course: heldOutOf(run) }))
    .filter(({ course }) => course.length > 0);
  if (shownRuns.length === 0) {
    return markup`<p class="quiet">No run has been evaluated.</p>`;
  }
  const figures = namesOf(
    shownRuns.flatMap(({ course }) => course.map((one) => one.figures)),
  );
  let last: string | undefined;
  const groups = shownRuns.map(({ run, place, course }): RowGroup => {
    const before = course[0]!, after = course.at(-1)!;
    const start = JSON.stringify(before.figures);
    const isNew = start !== last;
    last = start;
    return [
      ...isNew
        ? [
          row(
            stepName("Before", before.step),
            figures.map((name) => shown(before.figures[name])),
          ),
        ]
        : [],
      ...after === before ? [] : [
        row(
          markup`${
            swatch(place)
          } ${run.name} <small class="quiet">step ${after.step}</small>`,
          figures.map((name) => shown(after.figures[name])),
        ),
        row(
          "change",
          figures.map((name) => changeOf(name, before.figures, after.figures)),
          "delta",
        ),
      ],
    ];
  });
  return table(["", ...figures.map(figureName)], groups, {
    label: "Held-out figures before and after",
  });
}

function stepName(name: string, step: number): Html {
  return markup`${name} <small class="quiet">step ${step}</small>`;
}

function changeOf(name: string, before: ReadFigures, after: ReadFigures): Html {
  return change(name, after[name]! - before[name]!);
}

/** What the runs answered to other questions than the held-out ones; nothing where none were. */
export function probesTable(runs: readonly ReadRun[]): Html | undefined {
  const probes = runs.flatMap((run, place) =>
    run.evaluations.filter(({ split }) => split !== "held-out")
      .map((evaluation) => ({ run, place, ...evaluation }))
  );
  if (probes.length === 0) return undefined;
  const figures = namesOf(probes.map(({ figures }) => figures));
  const rows = probes.map(({ run, place, split, step, figures: own }) =>
    row(
      markup`${swatch(place)} ${run.name} <small class="quiet">step ${step}</small>`,
      [split, ...figures.map((name) => shown(own[name]))],
    )
  );
  return markup`<h3>Other questions</h3>${
    table(["", "asked", ...figures.map(figureName)], [rows], { label: "Other questions" })
  }`;
}

function namesOf(figures: readonly ReadFigures[]): string[] {
  return [...new Set(figures.flatMap((own) => Object.keys(own)))];
}
