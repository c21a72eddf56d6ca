import { figureName, headlineOf } from "../page/figure_name.ts";
import { swatch } from "../page/curves.ts";
import { type LookedRun, lookOf } from "../page/look.ts";
import { type Html, markup } from "../page/markup.ts";
import { heldOutOf } from "../run_folder/read_run.ts";
import { change, figureText } from "../page/table.ts";

/** Tasks as the paper names their methods. */
const TASKS: Readonly<Record<string, string>> = {
  train: "reinforcement fine-tuning",
  sft: "supervised fine-tuning",
};

/** Each run in a few lines: what it is, what it learnt from, how long, and what it gained. */
export function runCards(runs: readonly LookedRun[]): Html {
  return markup`<ul class="runs">${runs.map(card)}</ul>`;
}

function card(run: LookedRun, place: number): Html {
  const { name, config, steps, seconds } = run;
  const made = steps.at(-1)?.step ?? 0;
  const planned = config?.settings.steps;
  const facts = [
    config && (Object.hasOwn(TASKS, config.task) ? TASKS[config.task]! : config.task),
    config && `model ${config.model}`,
    typeof planned === "number" && planned !== made
      ? `${made} of ${planned}\u00A0steps`
      : `${made}\u00A0steps`,
    seconds !== undefined && timeOf(seconds),
    config && `seed\u00A0${config.seed}`,
  ].filter((fact) => typeof fact === "string");
  return markup`<li class="run">
<h3>${swatch(lookOf(run, place))}<span>${name}</span></h3>
${headline(run)}
<p>${facts.join(" · ")}</p>
${config && markup`<p class="quiet">${config.describe}</p>`}
</li>
`;
}

function headline(run: LookedRun): Html | undefined {
  const course = heldOutOf(run);
  const first = course[0], last = course.at(-1);
  const figure = first && headlineOf(first.figures);
  if (first === undefined || last === undefined || figure === undefined) return undefined;
  const from = first.figures[figure]!, to = last.figures[figure];
  const name = markup`<small class="quiet">held-out ${figureName(figure)}</small>`;
  if (first === last || to === undefined) {
    return markup`<p class="headline">${name}${figureText(figure, from)}</p>`;
  }
  return markup`<p class="headline">${name}<span class="from">${
    figureText(figure, from)
  } →</span> ${figureText(figure, to)} <b>${change(figure, to - from)}</b></p>`;
}

/** A length of time for people. */
function timeOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)}\u00A0s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes}\u00A0min`;
  return `${(minutes / 60).toFixed(1)}\u00A0h`;
}
