import * as v from "npm:valibot@1.5.0";

/** The commands that read settings. */
export type Task = "train" | "sft" | "evaluate";

/** One setting: what it may be, what it is unless said otherwise, and what it means. */
export interface Setting<T> {
  /** How a flag's text is read; "switch" takes none. */
  readonly reads: "text" | "number" | "switch" | "list" | "repeated" | "weights";
  readonly schema: v.GenericSchema<T>;
  readonly fallback: T;
  /** For --help. */
  readonly about: string;
  /** Commands with such a flag. */
  readonly tasks: readonly Task[];
}

type Tasks = readonly Task[];

/** A text that is not empty. */
export function text(fallback: string, about: string, tasks: Tasks): Setting<string> {
  const schema = v.pipe(v.string("a text"), v.minLength(1, "a text that is not empty"));
  return { reads: "text", schema, fallback, about, tasks };
}

/** A text that may be absent. */
export function maybe(about: string, tasks: Tasks): Setting<string | undefined> {
  return { ...text("", about, tasks), fallback: undefined } as Setting<
    string | undefined
  >;
}

/** A finite number from `least` to `most`. */
export function number(
  fallback: number,
  least: number,
  most: number,
  about: string,
  tasks: Tasks,
): Setting<number> {
  const wanted = most === Infinity
    ? `a number of at least ${least}`
    : `a number from ${least} to ${most}`;
  const schema = v.pipe(
    v.number(wanted),
    v.finite(wanted),
    v.minValue(least, wanted),
    v.maxValue(most, wanted),
  );
  return { reads: "number", schema, fallback, about, tasks };
}

/** A number from 0 to below 1. */
export function share(fallback: number, about: string, tasks: Tasks): Setting<number> {
  const wanted = "a number from 0 to below 1";
  const schema = v.pipe(
    v.number(wanted),
    v.minValue(0, wanted),
    v.check((value) => value < 1, wanted),
  );
  return { reads: "number", schema, fallback, about, tasks };
}

/** A number of at least 0 that may be absent. */
export function maybeNumber(about: string, tasks: Tasks): Setting<number | undefined> {
  const { schema } = number(0, 0, Infinity, about, tasks);
  return { reads: "number", schema, fallback: undefined, about, tasks } as Setting<
    number | undefined
  >;
}

/** A whole number of at least 1 that may be absent. */
export function maybeCount(about: string, tasks: Tasks): Setting<number | undefined> {
  const { schema } = count(1, 1, about, tasks);
  return { reads: "number", schema, fallback: undefined, about, tasks } as Setting<
    number | undefined
  >;
}

/** A whole number of at least `least`. */
export function count(
  fallback: number,
  least: number,
  about: string,
  tasks: Tasks,
): Setting<number> {
  const wanted = `a whole number of at least ${least}`;
  const schema = v.pipe(
    v.number(wanted),
    v.safeInteger(wanted),
    v.minValue(least, wanted),
  );
  return { reads: "number", schema, fallback, about, tasks };
}

/** One of some words. */
export function choice<const T extends readonly string[]>(
  options: T,
  fallback: T[number],
  about: string,
  tasks: Tasks,
): Setting<T[number]> {
  const schema = v.picklist(options, `one of ${options.join(", ")}`);
  about = `${about}: ${options.join(", ")}`;
  return { reads: "text", schema, fallback, about, tasks } as Setting<T[number]>;
}

/** True or false; false where nothing else is said. */
export function toggle(about: string, tasks: Tasks, fallback = false): Setting<boolean> {
  const schema = v.boolean("true or false");
  return { reads: "switch", schema, fallback, about, tasks };
}

/** Names, separated by commas on the command line. */
export function list(
  fallback: readonly string[],
  about: string,
  tasks: Tasks,
): Setting<readonly string[]> {
  const wanted = "a list of names";
  const schema = v.array(v.string(wanted), wanted);
  return { reads: "list", schema, fallback, about, tasks } as Setting<readonly string[]>;
}

/** Texts, each with a flag of its own on the command line, since they may have commas. */
export function repeated(about: string, tasks: Tasks): Setting<readonly string[]> {
  return { ...list([], about, tasks), reads: "repeated" };
}

/** Numbers by name, as `name=number,…` on the command line. */
export function weights(
  about: string,
  tasks: Tasks,
): Setting<Readonly<Record<string, number>>> {
  const wanted = "numbers by name, as in accuracy=1,format=0.5";
  // A schema of records drops names such as "constructor", and a mistyped one is to be told.
  const schema = v.pipe(
    v.custom<Readonly<Record<string, number>>>(isNumbers, wanted),
    v.transform((numbers) => ({ ...numbers })),
  );
  return { reads: "weights", schema, fallback: {}, about, tasks };
}

function isNumbers(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) &&
    Object.values(value).every(Number.isFinite);
}
