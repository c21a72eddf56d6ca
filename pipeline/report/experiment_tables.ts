import { figureName, figureOrder, isCount } from "./figure_name.ts";
import { type Html, markup } from "./markup.ts";
import type { Arm, Results, Spread } from "./read_results.ts";
import { shown } from "./shown.ts";
import { change, row, table } from "./table.ts";

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
    ordered(kind, names.flatMap((name) => Object.keys(methods[name]![kind])))
      .filter((figure) => kind === "categories" || !isCount(figure))
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

function ordered(kind: "figures" | "categories", names: readonly string[]): string[] {
  return kind === "figures" ? figureOrder(names) : [...new Set(names)];
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
