import { figureName, figureOrder, isCount } from "../page/figure_name.ts";
import { type Html, markup } from "../page/markup.ts";
import type { ReadArm, ReadResults, ReadSpread } from "./read_results.ts";
import { shown } from "../page/shown.ts";
import { change, row, table } from "../page/table.ts";

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
export function experimentTables({ arms, metric }: ReadResults): Html {
  return markup`${
    arms.map((arm) => {
      const title = titleOf(arm);
      return markup`${title && markup`<h3>${title}</h3>`}${armTable(arm, metric)}`;
    })
  }`;
}

function titleOf({ label, shots }: ReadArm): string | undefined {
  if (label !== undefined || shots === undefined) return label;
  return shots === 1 ? "1 shot" : `${shots} shots`;
}

function armTable(arm: ReadArm, metric: string | undefined): Html {
  const { methods } = arm;
  const names = Object.keys(methods).sort((a, b) => placeOf(a) - placeOf(b));
  const columnsOf = (kind: Column["kind"]): Column[] =>
    ordered(kind, names.flatMap((name) => Object.keys(methods[name]![kind])))
      .filter((name) => kind !== "figures" || !isCount(name))
      .map((name) => ({
        kind,
        name,
        figure: kind === "probes" ? metric ?? "reward" : name,
      }));
  const columns = (["figures", "probes", "categories"] as const).flatMap(columnsOf);
  const spreadAt = (method: string, { kind, name, figure }: Column) => {
    const { [kind]: own } = methods[method]!;
    if (!Object.hasOwn(own, name)) return undefined;
    const found = own[name]!;
    if (kind !== "probes") return found as ReadSpread;
    const figures = found as Readonly<Record<string, ReadSpread>>;
    return Object.hasOwn(figures, figure) ? figures[figure] : undefined;
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
  const heads = columns.map(({ kind, name, figure }) =>
    kind === "figures"
      ? figureName(name)
      : kind === "probes"
      ? `${figureName(figure)}: ${name}`
      : name
  );
  return table(["", ...heads], [values, deltas], {
    label: `Comparison: ${titleOf(arm) ?? "all"}`,
  });
}

/** A column: a figure, the compared figure on a probe, or a category. */
interface Column {
  readonly kind: "figures" | "probes" | "categories";
  readonly name: string;
  readonly figure: string;
}

function ordered(kind: Column["kind"], names: readonly string[]): string[] {
  return kind === "figures" ? figureOrder(names) : [...new Set(names)];
}

function placeOf(method: string): number {
  const place = Object.keys(METHODS).indexOf(method);
  return place < 0 ? Infinity : place;
}

function spreadCell(spread: ReadSpread | undefined): Html {
  if (spread === undefined) return markup`–`;
  const sd = Number.isFinite(spread.sd) &&
    markup` <small class="quiet">± ${shown(spread.sd)}</small>`;
  return markup`${shown(spread.mean)}${sd}`;
}
