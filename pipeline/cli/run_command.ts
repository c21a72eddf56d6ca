import type { Command } from "npm:commander@15.1.0";
import { SETTINGS } from "../settings/table.ts";
import { type CliCommand, parse, parserOf, type Surroundings } from "./command.ts";
import { optionsAsFlags } from "./options_as_flags.ts";

/** A command as the list of commands has it: loaded only if it is called. */
export interface ListedCommand {
  /** A sentence, for help and deno.json. */
  readonly about: string;
  readonly load: () => Promise<CliCommand>;
}

/**
 * Runs a command; resolves to its exit code.
 *
 * If something cannot be used or done, one sentence on standard error says so, after the command's
 * name, with flags for the options that it names, and the exit code is 2. If the environment
 * variable DEBUG is set, the error's stack follows.
 *
 * @param name As in `deno task NAME`.
 */
export async function runCommand(
  name: string,
  { about, load }: ListedCommand,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let parser: Command | undefined;
  try {
    const command = await load();
    parser = parserOf(name, about, command);
    const printed = parse(parser, args);
    if (printed === undefined) return await command.run(parser, surroundings);
    console.log(printed);
    return 0;
  } catch (error) {
    const options = parser?.options.map((option) => option.attributeName()) ?? [];
    tell(`deno task ${name}`, error, args, options);
    return 2;
  }
}

/**
 * Tells of an error in one sentence.
 *
 * @param args Texts of the user's, which the sentence shows as they are.
 * @param options The options that there are beside the settings, in camelCase.
 */
export function tell(
  who: string,
  error: unknown,
  args: readonly string[],
  options: readonly string[] = [],
): void {
  const message = error instanceof Error ? error.message : String(error);
  const names = [...Object.keys(SETTINGS), ...options];
  const sentence = optionsAsFlags(message, names, args).replaceAll("\n", " ");
  console.error(`${who}: ${sentence}${permissionRemedy(message)}`);
  if (Deno.env.get("DEBUG") && error instanceof Error) console.error(error.stack);
}

/** Deno's remedy is a flag of its own, which a task does not take. */
function permissionRemedy(message: string): string {
  return /run again with the --allow-[a-z]+ flag/.test(message)
    ? " (docs/permissions.md says what each task may do, and how to run it with more)"
    : "";
}
