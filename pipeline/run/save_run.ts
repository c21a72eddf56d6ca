import { saveCheckpoint } from "../checkpoint/save_checkpoint.ts";
import type { Journal } from "./journal.ts";
import type { OpenedRun } from "./opened_run.ts";
import { syncRunLines } from "./run_lines.ts";

/**
 * Saves a checkpoint of a run as it is now, once the policy has nothing in progress and all
 * lines are on the disk.
 *
 * @returns The checkpoint's folder.
 */
export async function saveRun(run: OpenedRun, journal: Journal): Promise<string> {
  await run.idle();
  await syncRunLines(run.lines);
  const { task, backend } = run.config;
  return await saveCheckpoint(
    run.folder,
    {
      task,
      // A resumed run continues on the same engine, whatever "auto" means by then.
      settings: { ...run.settings, backend },
      made: run.made,
      progress: { ...journal.progress, seconds: journal.seconds() },
    },
    (temporary) => run.policy.saveState(temporary),
    run.settings.saveTotalLimit,
  );
}
