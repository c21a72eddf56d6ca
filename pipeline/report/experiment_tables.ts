import { figureName, figureOrder, isCount } from "./figure_name.ts";
import { type Html, markup } from "./markup.ts";
import type { Arm, MethodResult, Results, Spread } from "./read_results.ts";
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

/** A column: what it is called, whether more of it is better, and where its figure is. */
interface Column {
  readonly name: string;
  readonly figure: string;
  readonly of: (result: MethodResult) => Spread | undefined;
}

/**
 * What an experiment found, in the paper's form: a table for each arm, with rows baseline, SFT,
 * RFT and their differences, and a column a figure, a probe and a category; mean ± standard
 * deviation over seeds.
 */
export function experimentTables({ arms, metric }: Results): Html {
  return markup`${
    arms.map((arm) => {
      const { shots, label = shots && `${shots} ${shots === 1 ? "shot" : "shots"}` } =
        arm;
      return markup`${label && markup`<h3>${label}</h3>`}${armTable(arm, metric)}`;
    })
  }`;
}

function columnsOf(
  results: readonly MethodResult[],
  metric: string | undefined,
): Column[] {
  const names = (
    of: (result: MethodResult) => object,
  ) => [...new Set(results.flatMap((result) => Object.keys(of(result))))];
  const figures = figureOrder(names(({ figures }) => figures))
    .filter((figure) => !isCount(figure));
  const main = metric ?? figures[0] ?? "";
  return [
    ...figures.map((figure): Column => ({
      name: figureName(figure),
      figure,
      of: ({ figures }) => own(figures, figure),
    })),
    ...names(({ probes }) => probes).map((probe): Column => ({
      name: `${figureName(main)}, ${probe}`,
      figure: main,
      of: ({ probes }) => own(own(probes, probe) ?? {}, main),
    })),
    ...names(({ categories }) => categories).map((category): Column => ({
      name: category,
      figure: main,
      of: ({ categories }) => own(categories, category),
    })),
  ];
}

function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function armTable({ methods, shots, label }: Arm, metric: string | undefined): Html {
  const names = Object.keys(methods).sort((a, b) => placeOf(a) - placeOf(b));
  const columns = columnsOf(names.map((name) => methods[name]!), metric);
  const values = names.map((name) => {
    const rate = methods[name]!.learningRate;
    const small = rate !== undefined &&
      markup` <small class="quiet">lr ${shown(rate)}</small>`;
    const cells = columns.map(({ of }) => spreadCell(of(methods[name]!)));
    return row(markup`${METHODS[name] ?? name}${small}`, cells);
  });
  const deltas = DELTAS.flatMap(([from, to]) => {
    if (!Object.hasOwn(methods, from) || !Object.hasOwn(methods, to)) return [];
    const cells = columns.map(({ figure, of }) => {
      const a = of(methods[from]!), b = of(methods[to]!);
      return change(figure, a && b && b.mean - a.mean);
    });
    return [row(`${METHODS[to]} − ${METHODS[from]}`, cells, "delta")];
  });
  const heads = columns.map(({ name }) => name);
  return table(["", ...heads], [values, deltas], {
    label: `Comparison, ${label ?? shots ?? "all"}`,
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
