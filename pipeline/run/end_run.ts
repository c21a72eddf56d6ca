import { join } from "node:path";
import { concatAll, defer, type Observable, throwError } from "npm:rxjs@7.8.2";
import { isWriteFault } from "../../data/files/write_fault.ts";
import { writeFolder } from "../../data/files/write_folder.ts";
import type { AlarmRecord, DoneRecord } from "../run_folder/metrics.ts";
import type { Journal } from "./journal.ts";
import type { OpenedRun } from "./opened_run.ts";
import { syncRunLines } from "./run_lines.ts";
import { saveRun } from "./save_run.ts";

/** The end of a run that made all its steps: writes the model and the last record. */
export function done(run: OpenedRun, journal: Journal): Observable<DoneRecord> {
  return defer(async () => {
    const { folder, policy, data, lines } = run;
    await writeFolder(join(folder, "model"), (temporary) => policy.saveModel(temporary));
    const { before, latest: after } = journal.progress;
    const record: DoneRecord = {
      type: "done",
      before,
      after,
      seconds: journal.seconds(),
      ...data.skipped && { skipped: data.skipped().length },
      run: folder,
    };
    const records = await journal.write([record]);
    await syncRunLines(lines);
    return records;
  }).pipe(concatAll());
}

/**
 * The end of a run that something ended early. If the caller's `stop` did, a checkpoint is saved
 * and the run ends in order, with an alarm that says how to resume it; anything else is the
 * stream's error. If a file could not be written, the error says how to resume as well.
 */
export function endedEarly(
  run: OpenedRun,
  journal: Journal,
  error: unknown,
): Observable<AlarmRecord> {
  const { stop, resumeCommand } = run;
  if (stop?.aborted && isAbort(error, stop)) return interrupted(run, journal);
  return throwError(() => isWriteFault(error) ? withResume(error, resumeCommand) : error);
}

function interrupted(run: OpenedRun, journal: Journal): Observable<AlarmRecord> {
  return defer(async () => {
    await saveRun(run, journal);
    const { step } = journal.progress;
    const message = `Stopped after step ${step} of ${run.settings.steps}; ` +
      `continue with: ${run.resumeCommand}`;
    return await journal.write<AlarmRecord>([
      { type: "alarm", name: "interrupted", step, message },
    ]);
  }).pipe(concatAll());
}

function isAbort(error: unknown, { reason }: AbortSignal): boolean {
  return error === reason || error instanceof DOMException && error.name === "AbortError";
}

/** A full disk does no harm to what was saved before. */
function withResume(error: Error, resume: string): Error {
  return new Error(
    `${error.message}. What was saved before is whole; continue with: ${resume}`,
    { cause: error },
  );
}
