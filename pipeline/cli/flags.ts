import { Command, CommanderError, Option } from "npm:commander@15.1.0";
import deno from "../../deno.json" with { type: "json" };
import { nearestName } from "../../data/nearest_name.ts";
import type { Setting, Task } from "../settings/setting.ts";
import { settingRows, type SettingsInput } from "../settings/settings.ts";
import { flagOf } from "./options_as_flags.ts";

/** What a command line says. */
export interface Flags {
  /** The settings that have a flag on the line. */
  readonly settings: SettingsInput;
  /** A JSON file with more settings, which flags go before. */
  readonly config?: string;
  /** JSON lines on standard output, terminal or not. */
  readonly json: boolean;
}

const ABOUT: Readonly<Record<Task, string>> = {
  train:
    "Reinforcement fine-tuning (GRPO) of a vision-language model on checkable answers.",
  sft: "Supervised fine-tuning on the same questions: the thing to compare train with.",
  evaluate: "What a model's answers to held-out questions are worth, or those of a file.",
};

/**
 * Reads the flags of a command. `--help` and `--version` give their text instead.
 *
 * @param also Commands whose flags it takes beside its own.
 * @throws {TypeError} Where a flag is unknown (with the nearest one), lacks its value, or
 * something that is no flag stands on the line.
 *
 * @example
 * ```ts
 * import { readFlags } from "./flags.ts";
 *
 * readFlags("train", ["--num-generations", "4", "--json"]);
 * // { settings: { numGenerations: 4 }, json: true, config: undefined }
 * ```
 */
export function readFlags(
  task: Task,
  args: readonly string[],
  also: readonly Task[] = [],
): Flags | string {
  let printed = "";
  const print = (text: string) => void (printed += text);
  const command = commandOf(task, also)
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: () => {},
      getOutHelpWidth: () => 100,
    });
  try {
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return printed;
    throw new TypeError(explained(error, command));
  }
  const { config, json = false, ...settings } = command.opts();
  return { settings, config, json };
}

function commandOf(task: Task, also: readonly Task[]): Command {
  const command = new Command(`deno task ${task}`)
    .usage("[flags]")
    .description(ABOUT[task])
    .version(deno.version);
  for (const [name, setting] of settingRows()) {
    if (!setting.tasks.some((other) => other === task || also.includes(other))) continue;
    command.addOption(optionOf(name, setting));
  }
  return command
    .option("--config <file>", "JSON file of settings in camelCase; flags go before it")
    .option(
      "--json",
      "JSON lines on standard output; so it is where that is no terminal",
    );
}

function optionOf(name: string, row: Setting): Option {
  const { kind } = row;
  const value = kind === "switch" ? "[true|false]" : `<${PLACEHOLDERS[kind]}>`;
  return new Option(`${flagOf(name)} ${value}`, helpOf(row))
    .argParser((text, before?: unknown) => {
      const value = valueOf(kind, text);
      // A list may be given in one flag or in several.
      const isList = kind === "names" || kind === "texts";
      return isList && Array.isArray(before) && Array.isArray(value)
        ? [...before, ...value]
        : value;
    });
}

const PLACEHOLDERS: Readonly<Record<Exclude<Setting["kind"], "switch">, string>> = {
  text: "text",
  choice: "choice",
  number: "number",
  count: "number",
  names: "list",
  texts: "text",
  weights: "weights",
};

/** What help says of a setting: its meaning, choices and default. */
function helpOf({ kind, choices, unset, about, ...row }: Setting): string {
  const { default: value = unset } = row;
  const more = [
    ...choices === undefined ? [] : [`choices: ${choices.join(", ")}`],
    ...value === undefined || kind === "weights" || isEmpty(value)
      ? []
      : [`default: ${Array.isArray(value) ? value.join(",") : value}`],
  ];
  return more.length === 0 ? about : `${about} (${more.join("; ")})`;
}

function isEmpty(fallback: unknown): boolean {
  return Array.isArray(fallback) && fallback.length === 0;
}

/** A flag's text as a value; what cannot be read stays a text, for the settings to refuse. */
function valueOf(kind: Setting["kind"], text: string | boolean): unknown {
  if (typeof text === "boolean") return text;
  switch (kind) {
    case "text":
    case "choice":
      return text;
    case "number":
    case "count":
      return numberOf(text);
    case "switch":
      return text === "true" ? true : text === "false" ? false : text;
    case "texts":
      return [text];
    case "names":
      return text.split(",").map((name) => name.trim());
    case "weights":
      return weightsOf(text);
  }
}

/** `name=number,…` as an object; other texts as they are, and a name given twice. */
function weightsOf(text: string): Record<string, number | string> | string {
  const pairs = text.split(",").map((part) => part.split("=").map((side) => side.trim()));
  const names = new Set(pairs.map(([name]) => name));
  if (names.size < pairs.length || pairs.some(({ length }) => length !== 2)) return text;
  return Object.fromEntries(pairs.map(([name, value]) => [name!, numberOf(value!)]));
}

function numberOf(text: string): number | string {
  const value = Number(text);
  return text.trim() === "" || Number.isNaN(value) ? text : value;
}

function explained({ code, message }: CommanderError, command: Command): string {
  const flag = message.match(/'(--?[^'\s=]+)/)?.[1] ?? "";
  const sentence = message.split("\n")[0]!.replace(/^error: /, "");
  if (code !== "commander.unknownOption") {
    return `${sentence.replace(/\.$/, "")}; --help lists all flags`;
  }
  const near = nearestName(flag, command.options.map(({ long }) => long ?? ""));
  return `There is no flag ${flag}: ` +
    (near ? `did you mean ${near}?` : "--help lists all flags");
}
