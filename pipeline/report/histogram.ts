import * as Plot from "npm:@observablehq/plot@0.6.17";
import { type Html, markup } from "../page/markup.ts";
import { colourOf, type Look } from "../page/look.ts";
import { draw, SIZE } from "../page/line_plot.ts";
import type { Stretch } from "../run_folder/read_rewards.ts";

/** Bars of a histogram. */
const BINS = 24;

/** A bar: the share of rewards in [start, end). */
export interface Bin {
  readonly start: number;
  readonly end: number;
  readonly share: number;
}

/** What a histogram is about. */
export interface HistogramOptions {
  readonly name: string;
  /** Of the run in the page: gives its class. */
  readonly place: number;
  readonly look: Look;
}

/** Rewards at the beginning (grey bars) against rewards at the end (an outline), as a figure. */
export function histogram(
  { first, last }: { readonly first: Stretch; readonly last: Stretch },
  { name, place, look }: HistogramOptions,
): Html {
  const all = [...first.rewards, ...last.rewards];
  const least = all.reduce((a, b) => Math.min(a, b), Infinity);
  const most = all.reduce((a, b) => Math.max(a, b), -Infinity);
  const range = [least, most > least ? most : least + 1] as const;
  const early = binned(first.rewards, range), late = binned(last.rewards, range);
  const outline = [
    { at: range[0], share: 0 },
    ...late.flatMap((
      { start, end, share },
    ) => [{ at: start, share }, { at: end, share }]),
    { at: range[1], share: 0 },
  ];
  const bars = { x1: "start", x2: "end", y: "share", inset: 0.5 };
  const chart = draw({
    ...SIZE,
    x: { label: null, ticks: 5, tickSize: 0 },
    y: { label: null, ticks: 4, tickSize: 0, grid: true, tickFormat: "%" },
    marks: [
      Plot.rectY(early, { ...bars, fill: "var(--quiet)", fillOpacity: 0.4 }),
      Plot.line(outline, {
        x: "at",
        y: "share",
        stroke: colourOf(look),
        strokeWidth: 2,
        fill: colourOf(look),
        fillOpacity: 0.08,
      }),
    ],
  }, { label: `Rewards of ${name}`, classes: ["early", `run-${place}`] });
  return markup`<figure class="plot"><figcaption>${name}
<small>grey bars: ${stepsOf(first)}; outline: ${
    stepsOf(last)
  }</small></figcaption>${chart}</figure>`;
}

/**
 * Shares of values in equal parts of a range, both ends included.
 *
 * @example
 * ```ts
 * import { binned } from "./histogram.ts";
 *
 * binned([0, 1, 2, 2], [0, 2], 2);
 * // [{ start: 0, end: 1, share: 0.25 }, { start: 1, end: 2, share: 0.75 }]
 * ```
 */
export function binned(
  values: readonly number[],
  [least, most]: readonly [number, number],
  bins = BINS,
): Bin[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor((value - least) / (most - least) * bins);
    counts[Math.max(0, Math.min(bins - 1, bin))]!++;
  }
  const at = (bin: number) => least + (most - least) * bin / bins;
  return counts.map((count, bin) => ({
    start: at(bin),
    end: at(bin + 1),
    share: count / values.length,
  }));
}

function stepsOf({ steps: [from, to] }: Stretch): string {
  return from === to ? `step ${from}` : `steps ${from}–${to}`;
}
