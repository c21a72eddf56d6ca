import type { AlarmRecord } from "../run_folder/metrics.ts";

/** The run stops when this many steps in a row were skipped. */
export const MOST_SKIPPED = 3;

/** The alarm of a step that was skipped. */
export function skippedAlarm(
  step: number,
  reason: string,
  inARow: number,
): AlarmRecord {
  return {
    type: "alarm",
    name: "step_skipped",
    step,
    message:
      `Step ${step} was skipped and the weights stay as they were: ${reason}; at ` +
      `${MOST_SKIPPED} in a row the run stops, and this is number ${inARow}`,
  };
}

/** The error of a run that only skips steps. */
export function onlySkips(
  step: number,
  reason: string,
  inARow: number,
  checkpoint: string,
  remedy: string,
): Error {
  return new RangeError(
    `Stopped after step ${step}: ${inARow} steps in a row were skipped, the last one because ` +
      `${reason}. The last good weights are in ${checkpoint}; lower the learning rate, as in ` +
      remedy,
  );
}
