import { isThere } from "../../data/files/is_there.ts";
import { join } from "node:path";
import { attribution } from "../page/attribution.ts";
import { curves } from "../page/curves.ts";
import { experimentTables } from "./experiment_tables.ts";
import { galleries, type GalleryOptions } from "./gallery.ts";
import { histogram } from "./histogram.ts";
import { type Look, type LookedRun, lookOf } from "../page/look.ts";
import { type Html, markup } from "../page/markup.ts";
import { page } from "../page/page.ts";
import type { OpenAgain } from "./pictures_of.ts";
import { fileOfRun } from "../run_folder/file_of_run.ts";
import { readAnswers } from "../run_folder/read_answers.ts";
import { type ReadResults, readResults } from "./read_results.ts";
import { readRewards } from "../run_folder/read_rewards.ts";
import { nameRuns, readRun } from "../run_folder/read_run.ts";
import { runCards } from "./run_cards.ts";
import { runDetails } from "../page/run_details.ts";
import { probesTable, runsTable } from "./runs_table.ts";
import script from "./sort_gallery.js" with { type: "text" };
import { row, table } from "../page/table.ts";

/** How a report is made. */
export interface ReportOptions {
  /** Default: the names of the experiments or runs. */
  readonly title?: string;
  /** Held-out questions that are shown, at most. @default 48 */
  readonly gallery?: number;
  /** Opens the data of images. Default: embedded data is opened, and no other. */
  readonly openData?: OpenAgain;
  /** Called with a sentence for people if images are missing. */
  readonly onNotice?: (message: string) => void;
}

/**
 * A report on runs as one self-contained HTML file: comparison, curves, alarms,
 * histograms of rewards, held-out questions with their images and answers, settings.
 *
 * @param folders Of runs, or of experiments (those with a results.json), which bring their runs.
 * @throws {Error} If one is not such a folder.
 * @throws {SyntaxError} If a file in one is damaged: names file, line and place.
 *
 * @example
 * ```ts
 * import { report } from "./report.ts";
 *
 * async function compare() {
 *   const text = await report(["runs/rft", "runs/sft"], { title: "RFT and SFT" });
 *   await Deno.writeTextFile("report.html", text);
 * }
 * ```
 */
export async function report(
  folders: readonly string[],
  { title, gallery = 48, openData, onNotice }: ReportOptions = {},
): Promise<string> {
  const experiments: ReadResults[] = [], all = new Map<string, Look | undefined>();
  for (const folder of folders) {
    if (!await isThere(folder, "folder")) {
      throw new Error(`There is no folder ${folder}: give a run's folder`);
    }
    const results = await readResults(folder);
    if (results === undefined) all.set(folder, undefined);
    else {
      experiments.push(results);
      for (const [run, look] of runsOf(results)) {
        const path = await fileOfRun(folder, run);
        // Its runs may have been deleted: the table is shown without them.
        if (await isThere(join(path, "metrics.jsonl"))) all.set(path, look);
      }
    }
  }
  const read = await inTurn(
    [...all],
    async ([run, look]) => ({ ...await readRun(run), look }),
  );
  const runs = nameRuns(read).map((run, place) => ({ ...run, look: lookOf(run, place) }));
  const names = experiments.length > 0
    ? experiments.map(({ name, title }) => title ?? name)
    : runs.map(({ name }) => name);
  // Runs without steps are baselines: they have figures and answers, but no curves.
  const stepped = runs.filter(({ steps }) => steps.length > 0);
  const moved = stepped.length > 0 ? stepped : runs;
  const shownTitle = title ??
    (names.length <= 3 ? names.join(", ") : `${names.length} runs`);
  const sections = [
    section("comparison", "Comparison", comparison(experiments, runs)),
    section("curves", "Curves", curves(moved)),
    section("alarms", "Alarms", alarms(runs)),
    section("rewards", "Rewards", await histograms(moved)),
    section(
      "gallery",
      "Gallery",
      await pictures(moved, { most: gallery, open: openData, onNotice }),
    ),
    section("details", "Settings", runDetails(runs)),
  ];
  const body = markup`<header>
<h1>${shownTitle}</h1>
<p class="quiet">Visual reinforcement fine-tuning: figures, curves and answers, before and after.</p>
<nav aria-label="Parts of this page">${sections.map(({ link }) => link)}</nav>
${experiments.length === 0 && runCards(runs)}
</header>
<main>
${sections.map(({ content }) => content)}
</main>
<footer>${footer(runs)}</footer>`;
  return page({ title: shownTitle, body, script });
}

/** Runs of an experiment: a method has its colour, an arm its dashes. */
function runsOf({ arms }: ReadResults): [run: string, look: Look][] {
  const methods = [...new Set(arms.flatMap((arm) => Object.keys(arm.methods)))];
  return arms.flatMap((arm, dash) =>
    Object.entries(arm.methods).flatMap(([method, { runs }]) =>
      runs.map((run): [string, Look] => [run, { colour: methods.indexOf(method), dash }])
    )
  );
}

async function inTurn<T, R>(values: readonly T[], work: (value: T) => Promise<R>) {
  const done: R[] = [];
  for (const value of values) done.push(await work(value));
  return done;
}

function section(id: string, title: string, content: Html) {
  return {
    link: markup`<a href="#${id}">${title}</a> `,
    content: markup`<section id="${id}">
<h2>${title}</h2>
${content}
</section>
`,
  };
}

function comparison(
  experiments: readonly ReadResults[],
  runs: readonly LookedRun[],
): Html {
  if (experiments.length === 0) {
    return markup`<p class="quiet">Figures on held-out questions, before and after training.</p>
${runsTable(runs)}${probesTable(runs)}`;
  }
  return markup`<p class="quiet">Held-out figures as mean ± standard deviation over seeds.</p>
${
    experiments.map((results) =>
      markup`${experiments.length > 1 && markup`<h3>${results.name}</h3>`}${
        experimentTables(results)
      }`
    )
  }
<details class="more"><summary>Each run</summary>${runCards(runs)}${runsTable(runs)}${
    probesTable(runs)
  }</details>`;
}

function alarms(runs: readonly LookedRun[]): Html {
  const rows = runs.flatMap(({ name, alarms }) =>
    alarms.map((alarm) =>
      row(markup`<bdi>${name}</bdi>`, [
        alarm.step,
        alarm.name,
        markup`<bdi>${alarm.message}</bdi>`,
      ])
    )
  );
  if (rows.length === 0) return markup`<p class="quiet">No alarms.</p>`;
  const heads = ["", "step", "alarm", "message"];
  return table(heads, [rows], { label: "Alarms", look: "text wrap" });
}

async function histograms(runs: readonly LookedRun[]): Promise<Html> {
  const figures = await inTurn([...runs.entries()], async ([place, run]) => {
    const stretches = await readRewards(run.folder, run.steps.at(-1)?.step ?? 0);
    const look = lookOf(run, place);
    return stretches && histogram(stretches, { name: run.name, place, look });
  });
  if (figures.every((figure) => figure === undefined)) {
    return markup`<p class="quiet">No sampled answers: supervised fine-tuning does not sample.</p>`;
  }
  return markup`<p class="quiet">Share of sampled answers by reward, in the first and the last fifth of the steps.</p>
<div class="plots">${figures}</div>`;
}

async function pictures(
  runs: readonly LookedRun[],
  options: GalleryOptions,
): Promise<Html> {
  const answered = await inTurn(
    runs,
    async (run) => ({ run, answers: await readAnswers(run.folder) }),
  );
  return markup`<p class="quiet">Held-out questions. Solid white boxes are the ground truth; dashed yellow ones are answers, each with its stated confidence.</p>
${await galleries(answered, options)}`;
}

function footer(runs: readonly LookedRun[]): Html {
  const version = runs.find(({ config }) => config)?.config?.version;
  const drawings = attribution(runs);
  return markup`<p>Made by <code>deno task report</code>${
    version !== undefined && ` of runs by version ${version}`
  }. This page is self-contained and works offline.</p>${
    drawings.length > 0 &&
    markup`<p>Drawings in the images: ${drawings.join("; ")}.</p>`
  }`;
}
