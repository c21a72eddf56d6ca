import { figureOrder, figureTitle, isCount } from "./figure_name.ts";
import { type Html, markup } from "./markup.ts";
import { colourOf, dashOf, type Look, type LookedRun, lookOf } from "./look.ts";
import { type Line, linePlot, type Point } from "./line_plot.ts";
import { heldOutOf } from "../run_folder/read_run.ts";

/** A figure of the steps and what it is called for people. */
interface Curve {
  readonly figure: string;
  readonly title: string;
  readonly about?: string;
  /** Chosen, not measured: nothing to smooth. */
  readonly isSmooth?: false;
}

const CURVES: readonly Curve[] = [
  { figure: "reward", title: "Reward", about: "mean of the sampled answers" },
  { figure: "kl", title: "KL divergence", about: "to the model as it was given" },
  { figure: "entropy", title: "Entropy", about: "nats a token learnt from" },
  { figure: "loss", title: "Loss" },
  { figure: "completions/mean_length", title: "Length", about: "tokens an answer" },
  {
    figure: "frac_reward_zero_std",
    title: "Groups without spread",
    about: "share that carries no gradient",
  },
  { figure: "grad_norm", title: "Gradient norm", about: "before clipping" },
  { figure: "learning_rate", title: "Learning rate", isSmooth: false },
];

/**
 * Curves of runs over their steps, one plot a figure with all runs in it, and a legend whose
 * boxes show and hide runs (by style alone, without a script). Held-out figures come first.
 *
 * Figures that no run has are left out. Every run's line has the class `run-N`, N its place.
 */
export function curves(runs: readonly LookedRun[]): Html {
  const heldOut = heldOutFigures(runs).map((figure) =>
    plotOf(
      runs,
      { title: figureTitle(figure), dots: true },
      (run) =>
        heldOutOf(run).map(({ step, figures }) => ({ step, value: figures[figure] })),
    )
  );
  const [first, ...rest] = CURVES;
  const training = [first!, ...rewardCurves(runs), ...rest].map(({ figure, ...look }) =>
    plotOf(
      runs,
      look,
      ({ steps }) => steps.map(({ step, figures }) => ({ step, value: figures[figure] })),
    )
  );
  return markup`<div class="curves">
${legend(runs)}
${plots("Held-out questions", heldOut)}
${plots("Training", training)}
</div>`;
}

function plots(title: string, all: readonly (Html | undefined)[]): Html | undefined {
  if (all.every((plot) => plot === undefined)) return undefined;
  return markup`<h3>${title}</h3><div class="plots">${all}</div>`;
}

/** Names of all held-out figures that have a course, those that say most first. */
function heldOutFigures(runs: readonly LookedRun[]): string[] {
  const names = runs.flatMap(heldOutOf).flatMap(({ figures }) => Object.keys(figures));
  return figureOrder(names).filter((name) => !isCount(name));
}

function rewardCurves(runs: readonly LookedRun[]): Curve[] {
  const names = runs.flatMap(({ steps }) => Object.keys(steps[0]?.figures ?? {}));
  return [...new Set(names)].flatMap((figure) => {
    const name = /^rewards\/(.+)\/mean$/s.exec(figure)?.[1];
    return name === undefined ? [] : [{ figure, title: `Reward: ${name}` }];
  });
}

function plotOf(
  runs: readonly LookedRun[],
  { title, about, ...options }: Omit<Curve, "figure"> & { readonly dots?: boolean },
  pointsOf: (
    run: LookedRun,
  ) => readonly { readonly step: number; readonly value: number | undefined }[],
): Html | undefined {
  const lines = runs.map((run, place): Line => ({
    place,
    look: lookOf(run, place),
    points: pointsOf(run).filter((point): point is Point => point.value !== undefined),
  })).filter(({ points }) => points.some(({ value }) => Number.isFinite(value)));
  if (lines.length === 0) return undefined;
  const small = about !== undefined && markup` <small>${about}</small>`;
  const plot = linePlot(lines, { label: title, ...options });
  return markup`<figure class="plot"><figcaption>${title}${small}</figcaption>${plot}</figure>`;
}

function legend(runs: readonly LookedRun[]): Html {
  const labels = runs.map((run, place) => {
    const box = markup`<input type="checkbox" class="show-${place}" checked>`;
    const line = swatch(lookOf(run, place));
    return markup`<label>${box}${line}<span>${run.name}</span></label>`;
  });
  const rules = runs.map((_, place) =>
    markup`.curves:has(.show-${place}:not(:checked)) .run-${place} { display: none }\n`
  );
  return markup`<div class="legend" role="group" aria-label="Runs shown">${labels}</div>
<style>${rules}</style>`;
}

/** A short piece of a run's line. */
export function swatch(look: Look): Html {
  const dash = dashOf(look);
  const dashes = dash !== undefined && markup` stroke-dasharray="${dash}"`;
  const path = markup`<path d="M1 4H27" stroke="${colourOf(look)}"${dashes}/>`;
  return markup`<svg class="swatch" viewBox="0 0 28 8" aria-hidden="true">${path}</svg>`;
}
