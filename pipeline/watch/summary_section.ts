import { mean } from "../../data/statistics.ts";
import { figureName, headlineOf } from "../page/figure_name.ts";
import { type Html, markup } from "../page/markup.ts";
import { heldOutOf, type ReadFigures, type ReadRun } from "../run_folder/read_run.ts";
import { shown } from "../page/shown.ts";
import { readRunOf, type WatchState } from "./watch_state.ts";

/** Steps over which a figure is averaged, at the start and now. */
const WINDOW = 5;

/** The figures of steps on tiles, if the run has them; without a reward, the loss is shown. */
const OF_STEPS: Readonly<Record<string, string>> = {
  reward: "Reward",
  "rewards/accuracy/mean": "Accuracy reward",
  "rewards/iou/mean": "IoU reward",
  "rewards/similarity/mean": "Similarity reward",
  "rewards/point/mean": "Point reward",
  kl: "KL divergence",
};

/** The state of the run: its name and phase, a bar, and the main figures. */
export function summarySection(state: WatchState): Html {
  const { phase, failure } = state;
  const run = readRunOf(state);
  const { config } = run;
  const made = run.steps.at(-1)?.step ?? 0;
  const steps = numberOf(config?.settings.steps) ?? made;
  const name = run.name || "A run";
  const says = {
    opening: "Opening model and data",
    running: doing(run, made, steps),
    done: "Finished",
    stopped: "Stopped",
    failed: "Failed",
  }[phase];
  const title = phase === "running" && made > 0 ? `${made}/${steps}` : says;
  return markup`<header data-title="${title} · ${name}" data-phase="${phase}">
<p class="status"><span class="lamp ${phase}"></span>${says}</p>
<h1>${name}</h1>
${
    config &&
    markup`<p class="quiet">${config.task} · model ${config.model} · ${config.engine}<br>${config.describe}</p>`
  }
${failure !== undefined && markup`<p class="failure">${failure}</p>`}
${ended(phase)}
${config && progress(run, made, steps, phase === "running")}
</header>
<div class="tiles">${tiles(run)}</div>`;
}

/** What a running run is doing: it evaluates before the first step and after the last. */
function doing(run: ReadRun, made: number, steps: number): string {
  const asks = numberOf(run.config?.settings.evalSamples) !== 0;
  if (made === 0 && asks && run.evaluations.length === 0) {
    return "Evaluating";
  }
  if (made < steps) return "Training";
  const asked = run.evaluations.some(({ step }) => step === made);
  return asks && !asked ? "Evaluating" : "Saving";
}

function ended(phase: WatchState["phase"]): Html | false {
  if (phase === "opening" || phase === "running") return false;
  return markup`<p class="quiet">This page shows the end of the run. The next run on the same port appears here by itself.</p>`;
}

function progress(run: ReadRun, made: number, steps: number, isRunning: boolean): Html {
  const times = run.steps.slice(-20).flatMap(({ figures }) => figures.step_time ?? []);
  const pace = mean(times);
  const left = pace * (steps - made);
  const share = steps === 0 ? 1 : made / steps;
  const parts = [
    `Step ${made} of ${steps}`,
    Number.isFinite(pace) && `${pace.toFixed(1)} s a step`,
    isRunning && left > 0 && `about ${duration(left)} left`,
    run.seconds !== undefined && `${duration(run.seconds)} in all`,
  ].filter((part) => part !== false);
  return markup`<div class="bar" role="progressbar" aria-label="Steps" aria-valuemin="0" aria-valuemax="${steps}" aria-valuenow="${made}"><span style="width: ${
    (100 * share).toFixed(1)
  }%"></span></div>
<p class="pace">${parts.join(" · ")}</p>`;
}

function tiles(run: ReadRun): Html[] {
  const heldOut = heldOutOf(run);
  const first = heldOut[0], last = heldOut.at(-1);
  const asked = last && headlineOf(last.figures);
  const ofSteps = Object.entries(
    run.steps[0]?.figures.reward === undefined ? { loss: "Loss" } : OF_STEPS,
  );
  return [
    ...asked !== undefined && first && last
      ? [tile(
        `Held-out ${figureName(asked)}`,
        last.figures[asked]!,
        last === first ? undefined : first.figures[asked],
        last.step === 0 ? "before training" : `after step ${last.step}`,
      )]
      : [],
    ...ofSteps.flatMap(([name, label]) => {
      const values = valuesOf(run.steps, name);
      if (values.length === 0) return [];
      const now = mean(values.slice(-WINDOW));
      const before = values.length < 2 * WINDOW
        ? undefined
        : mean(values.slice(0, WINDOW));
      const about = values.length < WINDOW ? "so far" : `mean of ${WINDOW} steps`;
      return [tile(label, now, before, about)];
    }),
  ];
}

function tile(
  label: string,
  now: number,
  before: number | undefined,
  about: string,
): Html {
  const from = before !== undefined &&
    markup`<span class="from">${shown(before)} → </span>`;
  return markup`<div class="run"><p>${label}</p>
<p class="headline">${from}${shown(now)}<small>${about}</small></p></div>`;
}

function valuesOf(
  steps: readonly { readonly figures: ReadFigures }[],
  name: string,
): number[] {
  return steps.flatMap(({ figures }) => {
    const value = figures[name];
    return value === undefined ? [] : [value];
  });
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** Seconds as text, in two units at most. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole % 3600 / 60)} min`;
}
