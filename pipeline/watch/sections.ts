import { attribution } from "../report/attribution.ts";
import { curves } from "../report/curves.ts";
import { type Html, markup } from "../report/markup.ts";
import type { ReadRun } from "../run_folder/read_run.ts";
import { runDetails } from "../report/run_details.ts";
import { alarmsSection } from "./alarms_section.ts";
import { evaluationsSection } from "./evaluations_section.ts";
import { rolloutsSection } from "./rollouts_section.ts";
import { summarySection } from "./summary_section.ts";
import type { WatchState } from "./watch_state.ts";

/** A part of the live page that is sent again when what it shows has changed. */
export interface Section {
  /** Of its element, and the name of its events. */
  readonly id: string;
  /** What it shows: where all of these are the same objects, it is not made again. */
  readonly shows: (state: WatchState) => readonly unknown[];
  readonly render: (state: WatchState) => Html | Promise<Html>;
}

/** The live page from top to bottom. */
export const SECTIONS: readonly Section[] = [
  {
    id: "summary",
    shows: ({ phase, run, failure }) => [phase, run, failure],
    render: summarySection,
  },
  {
    id: "alarms",
    shows: ({ run }) => [run.alarms],
    render: ({ run }) => alarmsSection(run.alarms),
  },
  {
    id: "curves",
    shows: ({ run }) => [run.steps, run.evaluations],
    render: ({ run }) =>
      run.steps.length === 0 ? markup`` : markup`<h2>Curves</h2>${curves([drawn(run)])}`,
  },
  {
    id: "rollouts",
    shows: ({ newest, run }) => [newest, run.manifest],
    render: ({ newest, run }) =>
      newest === undefined ? markup`` : rolloutsSection(newest, attribution([run])),
  },
  {
    id: "evaluations",
    shows: ({ run }) => [run.evaluations],
    render: ({ run }) => evaluationsSection(run.evaluations),
  },
  {
    id: "configuration",
    shows: ({ run }) => [run.config, run.manifest],
    render: ({ run }) =>
      run.config === undefined
        ? markup``
        : markup`<h2>Configuration</h2>${runDetails([run])}`,
  },
];

/** Less held-out figures of which there is one point each: the table has them. */
function drawn(run: ReadRun): ReadRun {
  return run.evaluations.length > 1 ? run : { ...run, evaluations: [] };
}
