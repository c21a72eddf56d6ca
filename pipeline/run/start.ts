import { NO_LINES } from "../../data/files/json_lines.ts";
import { NO_MEMORY } from "../alarms/alarms.ts";
import type { Progress } from "../checkpoint/checkpoint.ts";
import type { FoundCheckpoint } from "../checkpoint/find_checkpoint.ts";

/** The progress of a run that has made no step. */
export const BEGINNING: Progress = {
  step: 0,
  evaluated: false,
  numTokens: 0,
  seconds: 0,
  before: {},
  latest: {},
  alarms: NO_MEMORY,
  probed: [],
  skippedInARow: 0,
  lines: { metrics: NO_LINES, completions: NO_LINES, answers: NO_LINES },
};

/** Where a run starts. A checkpoint that was copied out of its run comes without lines. */
export function startOf(checkpoint: FoundCheckpoint | undefined): Progress {
  if (checkpoint === undefined) return BEGINNING;
  const { progress, run } = checkpoint;
  return run === undefined ? { ...progress, lines: BEGINNING.lines } : progress;
}

/** A sentence on each newer checkpoint that could not be resumed from. */
export function fallbackNotices(checkpoint: FoundCheckpoint | undefined): string[] {
  if (checkpoint === undefined) return [];
  const { damaged, progress } = checkpoint;
  return damaged.map((damage) =>
    `A newer checkpoint is damaged: ${damage}; the run continues from step ${progress.step}`
  );
}
