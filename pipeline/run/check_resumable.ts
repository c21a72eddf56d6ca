import type { BegunRun } from "./begin_run.ts";

/**
 * Refuses to resume a run as another task, in another folder, or for fewer steps than it has made.
 *
 * @throws {TypeError} If the task or the folder is another.
 * @throws {RangeError} If the steps are too few.
 */
export function checkResumable(
  task: "train" | "sft",
  { given: { out, resume }, settings: { steps }, checkpoint }: BegunRun,
): void {
  if (checkpoint === undefined) return;
  const { task: made, run, progress } = checkpoint;
  if (made !== task) {
    throw new TypeError(
      `${resume} is a run of ${made}: resume it with deno task ${made}`,
    );
  }
  if (out !== undefined && run !== undefined) {
    throw new TypeError(
      `out ${out} does not go with option resume: a run continues in its own folder, ${run}`,
    );
  }
  if (steps < progress.step) {
    throw new RangeError(
      `steps must be at least ${progress.step}, the steps that ${resume} has made: it is ` +
        `${steps}`,
    );
  }
}
