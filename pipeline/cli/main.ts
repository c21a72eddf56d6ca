/**
 * The command line: `deno task COMMAND [flags]`. deno.json says what each task may do.
 *
 * Exit codes: 0 done; 1 the command looked for faults and found some; 2 something cannot be used
 * or done, told in one sentence on standard error (with its stack if the environment variable
 * DEBUG is set); 130 interrupted.
 *
 * @module
 */
import { Command } from "npm:commander@15.1.0";
import { nearestName } from "../../data/nearest_name.ts";
import type { TrainParts } from "../train/train_parts.ts";
import { COMMANDS } from "./commands.ts";
import { runCommand, tell } from "./run_command.ts";
import { enterUserFolder } from "./user_folder.ts";

/**
 * Runs a command; resolves to its exit code.
 *
 * @param parts Parts of a run, instead of the usual ones.
 * @param ownsProcess Whether paths and permissions of the process are the command's to change:
 * it then works in the user's folder, and gives up the permissions that it does not need.
 */
export async function main(
  [name, ...args]: readonly string[],
  parts: TrainParts = {},
  ownsProcess = false,
): Promise<number> {
  if (name === undefined || ["--help", "-h", "help"].includes(name)) {
    console.log(help());
    return 0;
  }
  const commands = Object.assign({}, ...Object.values(COMMANDS));
  if (!Object.hasOwn(commands, name)) {
    const near = nearestName(name, Object.keys(commands));
    const remedy = near ? `did you mean ${near}?` : "deno task help lists all commands";
    tell("deno task", new TypeError(`There is no command ${name}: ${remedy}`), [name]);
    return 2;
  }
  try {
    if (ownsProcess) enterUserFolder();
  } catch (error) {
    tell(`deno task ${name}`, error, args);
    return 2;
  }
  return await runCommand(name, commands[name], args, { parts, ownsProcess });
}

/** All commands, by group. */
function help(): string {
  const program = new Command("deno task").usage("<command> [flags]")
    .description("Visual-RFT: teach a vision-language model from a few images.")
    .helpOption(false).helpCommand(false)
    .configureOutput({ getOutHelpWidth: () => 100 });
  for (const [group, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(`${group}:`);
    for (const [name, { about }] of Object.entries(commands)) {
      program.command(name).helpOption(false).summary(about);
    }
  }
  return program.helpInformation() +
    "\n`deno task <command> --help` lists the flags of a command.";
}

if (import.meta.main) Deno.exit(await main(Deno.args, {}, true));
