import { fileURLToPath } from "node:url";

/** The folder that every task starts in. */
const PROJECT = new URL("../..", import.meta.url);

/**
 * Goes to the folder that `deno task` was called in, so that paths on the command line are
 * relative to where the user stands: a task itself starts in the project's folder, also with
 * `--config`, and has the other one in the environment variable INIT_CWD.
 *
 * A process that starts elsewhere stays there: a run that an experiment starts, or one of
 * `deno run`.
 *
 * @throws {Error} If the folder cannot be entered.
 */
export function enterUserFolder(): void {
  const folder = Deno.env.get("INIT_CWD");
  if (folder && Deno.cwd() === Deno.realPathSync(fileURLToPath(PROJECT))) {
    try {
      Deno.chdir(folder);
    } catch (error) {
      throw new Error(
        `The folder ${folder}, which INIT_CWD names, cannot be entered ` +
          `(${
            (error as Error).message
          }): unset INIT_CWD, or call the task in a folder that is there`,
        { cause: error },
      );
    }
  }
}
