import { CommanderError } from "npm:commander@15.1.0";
import { SETTINGS } from "../settings/table.ts";
import { optionsAsFlags } from "./options_as_flags.ts";

/**
 * Does a command's work and resolves to its exit code.
 *
 * What cannot be used or done is told in one sentence on standard error, behind the command's
 * name, and gives exit code 2; where the environment variable DEBUG is set, its stack follows.
 *
 * @param name As in `deno task NAME`.
 * @param work Resolves to the exit code. Of a `Command` that does not exit by itself it may
 * let everything through: where that has shown its help, the code is 0.
 * @param args What the user wrote: a message's options become flags, these texts stay.
 */
export async function runCommand(
  name: string,
  work: () => Promise<number>,
  args: readonly string[] = [],
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const message = optionsAsFlags(
      error instanceof Error ? error.message : String(error),
      Object.keys(SETTINGS),
      args,
    );
    const sentence = message.replace(/^error: /, "").replaceAll("\n", " ") +
      remedy(message);
    console.error(`deno task ${name}: ${sentence}`);
    if (Deno.env.get("DEBUG") && error instanceof Error) console.error(error.stack);
    return 2;
  }
}

/** What a task may do is not for its flags to say. */
function remedy(message: string): string {
  return /run again with the --allow-[a-z]+ flag/.test(message)
    ? " (docs/permissions.md says what each task may do, and how to run it with more)"
    : "";
}
