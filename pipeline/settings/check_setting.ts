import * as v from "npm:valibot@1.5.0";
import type { ValueRule } from "./setting.ts";

/**
 * A value of a setting, if it is one that the setting takes.
 *
 * @param name The option that a message names.
 * @returns The value; weights as a copy.
 * @throws {RangeError} If it is not: says what it must be, and what it is.
 */
export function checkSetting(name: string, rule: ValueRule, value: unknown): unknown {
  const wanted = wantedOf(rule);
  const result = v.safeParse(schemaOf(rule, wanted), value);
  if (result.success) return result.output;
  throw new RangeError(`${name} must be ${wanted}: it is ${shown(value)}`);
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** The values that a setting takes, as words: "a number from 0 to 1". */
export function wantedOf(
  { kind, choices = [], least = 0, most, below }: ValueRule,
): string {
  switch (kind) {
    case "text":
      return "a text that is not empty";
    case "choice":
      return `one of ${choices.join(", ")}`;
    case "number":
      return below !== undefined
        ? `a number from ${least} to below ${below}`
        : most !== undefined
        ? `a number from ${least} to ${most}`
        : `a number of at least ${least}`;
    case "count":
      return `a whole number of at least ${least}`;
    case "switch":
      return "true or false";
    case "names":
    case "texts":
      return "a list of names";
    case "weights":
      return "numbers by name, as in accuracy=1,format=0.5";
  }
}

function schemaOf(
  { kind, choices = [], least = 0, most = Infinity, below = Infinity }: ValueRule,
  wanted: string,
): v.GenericSchema<unknown> {
  switch (kind) {
    case "text":
      return v.pipe(v.string(wanted), v.minLength(1, wanted));
    case "choice":
      return v.picklist(choices, wanted);
    case "number":
      return v.pipe(
        v.number(wanted),
        v.finite(wanted),
        v.minValue(least, wanted),
        v.maxValue(most, wanted),
        v.check((value) => value < below, wanted),
      );
    case "count":
      return v.pipe(v.number(wanted), v.safeInteger(wanted), v.minValue(least, wanted));
    case "switch":
      return v.boolean(wanted);
    case "names":
    case "texts":
      return v.array(v.string(wanted), wanted);
    case "weights":
      // A schema of records drops names such as "constructor", and a mistyped one is to be told.
      return v.pipe(
        v.custom<Readonly<Record<string, number>>>(isNumbers, wanted),
        v.transform((numbers) => ({ ...numbers })),
      );
  }
}

function isNumbers(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) &&
    Object.values(value).every(Number.isFinite);
}
