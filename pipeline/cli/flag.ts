import { type Command, Option } from "npm:commander@15.1.0";
import { checkSetting } from "../settings/check_setting.ts";
import type { Setting, SettingValue } from "../settings/setting.ts";
import { flagOf } from "./options_as_flags.ts";

/** A flag of a command, described as a setting is. */
export interface Flag extends
  Pick<
    Setting,
    "kind" | "choices" | "least" | "most" | "below" | "default" | "unset" | "about"
  > {
  /** The command does nothing without it. */
  readonly required?: true;
  /** What help calls its value: "folder". */
  readonly value?: string;
}

/** Flags of a command by name, in camelCase. */
export type Flags = Readonly<Record<string, Flag>>;

/** The values of a command's flags. */
export type FlagValues<F extends Flags> = {
  readonly [Name in keyof F]: SettingValue<
    F[Name] extends { readonly required: true } ? F[Name] & { readonly default: unknown }
      : F[Name]
  >;
};

/** Adds flags to a command. A switch takes no value here: it is on or absent. */
export function addFlags(command: Command, flags: Flags): void {
  for (const [name, flag] of Object.entries(flags)) {
    command.addOption(
      flag.kind === "switch"
        ? new Option(flagOf(name), flag.about)
        : flagOption(name, flag),
    );
  }
}

/**
 * The values of a command's flags, checked, with their defaults.
 *
 * @throws {TypeError} If a flag that is required is not on the line.
 * @throws {RangeError} If a value is not one that its flag takes.
 */
export function flagValues<const F extends Flags>(
  command: Command,
  flags: F,
): FlagValues<F> {
  const given: Readonly<Record<string, unknown>> = command.opts();
  const values = Object.entries<Flag>(flags).map(([name, flag]) => {
    const value = given[name];
    if (value !== undefined) return [name, checkSetting(name, flag, value)];
    if (!flag.required) return [name, flag.default];
    throw new TypeError(`Give ${flagOf(name)}: ${lowerCase(flag.about)}`);
  });
  return Object.fromEntries(values);
}

function lowerCase(sentence: string): string {
  return sentence.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
}

/** A flag with a value for commander; a switch's value may be left out, and is true then. */
export function flagOption(name: string, flag: Flag): Option {
  const { kind } = flag;
  const value = kind === "switch"
    ? "[true|false]"
    : `<${flag.value ?? PLACEHOLDERS[kind]}>`;
  return new Option(`${flagOf(name)} ${value}`, helpOf(flag))
    .argParser((text, before?: unknown) => {
      const value = valueOf(kind, text);
      // A list may be given in one flag or in several.
      const isList = kind === "names" || kind === "texts";
      return isList && Array.isArray(before) && Array.isArray(value)
        ? [...before, ...value]
        : value;
    });
}

const PLACEHOLDERS: Readonly<Record<Exclude<Flag["kind"], "switch">, string>> = {
  text: "text",
  choice: "choice",
  number: "number",
  count: "number",
  names: "list",
  texts: "text",
  weights: "weights",
};

/** What help says of a flag: its meaning, choices and default. */
function helpOf({ choices, unset, about, required, ...flag }: Flag): string {
  const { default: value = unset } = flag;
  const text = Array.isArray(value) ? value.join(",") : typeof value === "object"
    ? "" // weights: there are none
    : String(value ?? "");
  const more = [
    ...required ? ["required"] : [],
    ...choices === undefined ? [] : [`choices: ${choices.join(", ")}`],
    ...text === "" ? [] : [`default: ${text}`],
  ];
  return more.length === 0 ? about : `${about} (${more.join("; ")})`;
}

/** A flag's text as a value; a text that cannot be read stays one, for the check to refuse. */
function valueOf(kind: Flag["kind"], text: string | boolean): unknown {
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

/** `name=number,…` as an object; other texts, and a name given twice, stay as they are. */
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
