import { attribution } from "../page/attribution.ts";
import { curves } from "../page/curves.ts";
import { type Html, markup } from "../page/markup.ts";
import type { ReadRun } from "../run_folder/read_run.ts";
import { runDetails } from "../page/run_details.ts";
import { alarmsSection } from "./alarms_section.ts";
import { evaluationsSection } from "./evaluations_section.ts";
import { rolloutsSection } from "./rollouts_section.ts";
import { summarySection } from "./summary_section.ts";
import { listed } from "./by_step.ts";
import { readRunOf, type WatchState } from "./watch_state.ts";

/** A part of the live page, sent again when what it shows has changed. */
export interface Section {
  /** Of its element, and the name of its events. */
  readonly id: string;
  /** What it shows: if all of these are the same objects, it is not made again. */
  readonly shows: (state: WatchState) => readonly unknown[];
  readonly render: (state: WatchState) => Html | Promise<Html>;
}

/** The live page from top to bottom. */
export const SECTIONS: readonly Section[] = [
  {
    id: "summary",
    shows: (
      { phase, run, steps, evaluations, failure },
    ) => [phase, run, steps, evaluations, failure],
    render: summarySection,
  },
  {
    id: "alarms",
    shows: ({ alarms }) => [alarms],
    render: ({ alarms }) => alarmsSection(listed(alarms)),
  },
  {
    id: "curves",
    shows: ({ steps, evaluations }) => [steps, evaluations],
    render: (state) =>
      state.steps.length === 0
        ? markup``
        : markup`<h2>Curves</h2>${curves([drawn(readRunOf(state))])}`,
  },
  {
    id: "rollouts",
    shows: ({ newest, run }) => [newest, run.manifest],
    render: (state) =>
      state.newest === undefined
        ? markup``
        : rolloutsSection(state.newest, attribution([readRunOf(state)])),
  },
  {
    id: "evaluations",
    shows: ({ evaluations }) => [evaluations],
    render: ({ evaluations }) => evaluationsSection(listed(evaluations)),
  },
  {
    id: "configuration",
    shows: ({ run }) => [run.config, run.manifest],
    render: (state) =>
      state.run.config === undefined
        ? markup``
        : markup`<h2>Configuration</h2>${runDetails([readRunOf(state)])}`,
  },
];

/** Without held-out figures that have only one point: the table shows them. */
function drawn(run: ReadRun): ReadRun {
  return run.evaluations.length > 1 ? run : { ...run, evaluations: [] };
}
