import { Command, CommanderError } from "npm:commander@15.1.0";
import deno from "../../deno.json" with { type: "json" };
import { nearestName } from "../../data/nearest_name.ts";
import type { TrainParts } from "../train/train_parts.ts";

/** A command of the program: the flags that it has, and what it does. */
export interface CliCommand {
  /** Adds the command's arguments and flags; name, description and `--help` are there. */
  declare(command: Command): void;
  /**
   * Does the work.
   *
   * @param command With the flags and arguments of the command line.
   * @returns The exit code.
   */
  run(command: Command, surroundings: Surroundings): Promise<number>;
}

/** What a command finds around it. */
export interface Surroundings {
  /** Parts of a run, instead of the usual ones. */
  readonly parts: TrainParts;
  /**
   * The process is the command's own: it may give up permissions, which cannot be had again.
   */
  readonly ownsProcess: boolean;
}

/**
 * A parser of a command's line.
 *
 * @param name As in `deno task NAME`.
 * @param about A sentence about the command.
 */
export function parserOf(name: string, about: string, { declare }: CliCommand): Command {
  const parser = new Command(`deno task ${name}`).description(`${about}.`)
    .configureHelp({ styleTitle: (title) => title.replace(/^Options:/, "Flags:") });
  declare(parser);
  return parser
    .usage([...parser.registeredArguments.map(usageOf), "[flags]"].join(" "))
    .version(deno.version, "-V, --version", "Show the version")
    .helpOption("-h, --help", "Show this help")
    .allowExcessArguments(false)
    .exitOverride();
}

function usageOf(argument: Command["registeredArguments"][number]): string {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return argument.required ? `<${name}>` : `[${name}]`;
}

/**
 * Reads a command line into its parser.
 *
 * @returns The text of `--help` or `--version`, if it was asked for.
 * @throws {TypeError} If a flag is unknown (with the nearest one), a value or an argument is
 * missing, or there are too many arguments.
 */
export function parse(parser: Command, args: readonly string[]): string | undefined {
  let printed = "";
  parser.configureOutput({
    writeOut: (text) => void (printed += text),
    writeErr: () => {},
    getOutHelpWidth: () => 100,
  });
  try {
    parser.parse([...args], { from: "user" });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed.trimEnd();
    throw new TypeError(explained(error, parser));
  }
}

/** What is wrong with a line, and the remedy. */
function explained({ code, message }: CommanderError, parser: Command): string {
  const named = /'(.*)'/.exec(message)?.[1] ?? "";
  switch (code) {
    case "commander.unknownOption": {
      const flag = named.replace(/=.*/s, "");
      const near = nearestName(flag, parser.options.map(({ long }) => long ?? ""));
      return `There is no flag ${flag}: ` +
        (near === undefined ? "--help lists all flags" : `did you mean ${near}?`);
    }
    case "commander.optionMissingArgument":
      return `${named.split(" ")[0]} needs a value, as in ${named}`;
    case "commander.missingArgument":
      return `Give ${named.toUpperCase()}: --help says what it is`;
    case "commander.excessArguments": {
      const most = parser.registeredArguments.length;
      return `There is no argument ${JSON.stringify(parser.args[most])}: ` +
        "--help lists arguments and flags";
    }
    default:
      return message.replace(/^error: /, "");
  }
}
