import { mean } from "../../data/statistics.ts";
import * as Plot from "npm:@observablehq/plot@0.6.17";
import { DOMParser } from "npm:linkedom@0.18.15";
import { type Html, markup, trusted } from "./markup.ts";
import { shown } from "./shown.ts";
import { colourOf, dashOf, type Look } from "./look.ts";

/** A value at a step; NaN leaves a gap. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** A run's line. */
export interface Line {
  /** Of the run in the page: gives its class. */
  readonly place: number;
  readonly look: Look;
  readonly points: readonly Point[];
}

/** What a plot says and shows. */
export interface LinePlotOptions {
  /** For screen readers. */
  readonly label: string;
  /** Dots at the points, for lines of few. @default false */
  readonly dots?: boolean;
  /** Whether a long line is smoothed. @default true without dots */
  readonly isSmooth?: boolean;
}

/** Points that a line is drawn with, at most: a plot is no wider. */
const MOST = 200;

/** More lines than these are drawn plainly, of a quarter of the points. */
const CROWD = 8;

/** A line of fewer points is drawn as it is. */
const SMOOTHED = 30;

/**
 * Lines over steps, as inline SVG. A long line is drawn twice: faint as it is, and strong as its
 * moving average over a fifteenth of the run; one of more than 200 points as means of equal
 * stretches.
 *
 * @returns One `<g class="run-N">` a line, which holds its `<path>` and dots.
 */
export function linePlot(
  lines: readonly Line[],
  { label, dots = false, isSmooth = !dots }: LinePlotOptions,
): Html {
  const isCrowded = lines.length > CROWD;
  const marks = lines.flatMap(({ place, look: { colour, dash }, points: all }) => {
    const stroke = colourOf({ colour, dash });
    const points = shortened(all, isCrowded ? MOST / 4 : MOST);
    const isSmoothed = isSmooth && !isCrowded && points.length >= SMOOTHED;
    const look = { x: "step", y: "value", stroke, clip: false as const };
    const strong = { ...look, strokeWidth: 2, strokeDasharray: dashOf({ colour, dash }) };
    return [
      ...isSmoothed
        ? [Plot.lineY(points, { ...look, strokeWidth: 1, strokeOpacity: 0.3 })]
        : [],
      Plot.lineY(isSmoothed ? smoothed(points) : points, strong),
      ...dots || points.length === 1
        ? [Plot.dot(points, {
          ...{ x: "step", y: "value", r: 3 },
          fill: stroke,
          title: ({ step, value }: Point) => `step ${step}: ${shown(value)}`,
        })]
        : [],
    ].map((mark) => ({ mark, place }));
  });
  return draw({
    ...SIZE,
    x: { label: null, ticks: 4, tickSize: 0, tickFormat: count },
    y: { label: null, ticks: 4, tickSize: 0, grid: true, nice: true, ...range(lines) },
    marks: marks.map(({ mark }) => mark),
  }, { label, classes: marks.map(({ place }) => `run-${place}`) });
}

/** Of all plots, in units of their view boxes. */
export const SIZE = {
  width: 360,
  height: 190,
  marginLeft: 44,
  marginRight: 12,
  marginTop: 10,
  marginBottom: 24,
} as const;

/** What a drawn plot is called. */
export interface DrawOptions {
  /** For screen readers. */
  readonly label: string;
  /** Of the groups of lines, dots, areas and bars, in the order of their marks. */
  readonly classes: readonly string[];
}

/**
 * Draws a plot without a browser.
 *
 * @param options Must hold no text of a run: this module's escaping does not reach into it.
 */
export function draw(options: Plot.PlotOptions, { label, classes }: DrawOptions): Html {
  const page = "<!doctype html><html><body></body></html>";
  const document = new DOMParser().parseFromString(page, "text/html");
  const svg = Plot.plot({ ...options, document });
  svg.querySelector("style")?.remove();
  const marks = [...svg.querySelectorAll("g")].filter((group) =>
    DRAWN.includes(group.getAttribute("aria-label") ?? "")
  );
  marks.forEach((group, i) => group.setAttribute("class", classes[i] ?? ""));
  const box = `0 0 ${options.width} ${options.height}`;
  return markup`<svg class="chart" viewBox="${box}" role="img" aria-label="${label}" fill="currentColor" text-anchor="middle">${
    trusted(svg.innerHTML)
  }</svg>`;
}

const DRAWN = ["line", "dot", "area", "rect"];

/** Lines that never leave one value get room around it; tiny values an exponent. */
function range(lines: readonly Line[]): Plot.ScaleOptions {
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value))
    .filter(Number.isFinite);
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const size = Math.max(Math.abs(most), Math.abs(least));
  const tiny = size > 0 && size < 0.005 && { tickFormat: "~e" };
  if (most - least > 1e-12 * size) return { ...tiny };
  const room = size / 10 || 1;
  return { ...tiny, domain: [least - room, most + room] };
}

/** Means of equal stretches of points, `most` of them; steps are those of their middles. */
export function shortened(points: readonly Point[], most: number): readonly Point[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, i) => {
    const from = Math.floor(i * points.length / most);
    const stretch = points.slice(from, Math.floor((i + 1) * points.length / most));
    const step = stretch[stretch.length >> 1]!.step;
    return { step, value: finiteMean(stretch) };
  });
}

/** Each value's mean with its neighbours, a fifteenth of the line together. */
function smoothed(points: readonly Point[]): Point[] {
  const reach = Math.round(points.length / 30);
  return points.map(({ step, value }, i) => ({
    step,
    value: Number.isFinite(value)
      ? finiteMean(points.slice(Math.max(0, i - reach), i + reach + 1))
      : NaN,
  }));
}

/** The mean of the finite values; NaN if there are none. */
function finiteMean(points: readonly Point[]): number {
  return mean(points.map(({ value }) => value).filter(Number.isFinite));
}

function count(value: number): string {
  return Number.isInteger(value) ? String(value) : "";
}
