import { quoted } from "../short_text.ts";
import { didYouMean } from "../nearest_name.ts";
import { nameAt } from "./quoted_names.ts";

/** A specification of data, `HEAD[,option=value…]`, taken apart. */
export interface SplitSpec {
  /** What stands before the options: `emoji:TASK`, `KIND:PATH` or `PATH`. */
  readonly head: string;
  /** Names and values as they are written, quotes included, in the order of the text. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

const OPTION = /^([A-Za-z][A-Za-z-]*)=(.*)$/s;

/**
 * Takes `HEAD[,option=value…]` apart. The options begin at the first comma after which every part
 * has the form `name=value`, so that a path in the head may have commas. A value, and each name of a
 * value that joins several with "+", may stand in double quotes and then have commas: see
 * `splitNames`.
 *
 * @example
 * ```ts
 * import { splitSpec } from "./spec.ts";
 *
 * splitSpec("jsonl:a, b.jsonl,shots=4"); // { head: "jsonl:a, b.jsonl", options: [["shots", "4"]] }
 * splitSpec('coco:a.json,categories="salt, pepper"+cup').options;
 * // [["categories", '"salt, pepper"+cup']]
 * ```
 */
export function splitSpec(spec: string): SplitSpec {
  const parts = partsOf(spec);
  let first = parts.length;
  while (first > 1 && OPTION.test(parts[first - 1]!)) first--;
  const options = parts.slice(first).map((part) => {
    const [, name = "", value = ""] = OPTION.exec(part)!;
    return [name, value] as const;
  });
  return { head: parts.slice(0, first).join(","), options };
}

/** The texts between commas that stand in no quotes. */
function partsOf(spec: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from <= spec.length;) {
    const end = partEnd(spec, from);
    parts.push(spec.slice(from, end));
    from = end + 1;
  }
  return parts;
}

/** Only an option's value has quotes: in a path they are letters like others. */
function partEnd(spec: string, from: number): number {
  const name = /[A-Za-z][A-Za-z-]*=/y, comma = /,/g;
  name.lastIndex = comma.lastIndex = from;
  if (!name.test(spec)) return comma.exec(spec)?.index ?? spec.length;
  let at = name.lastIndex;
  do at = nameAt(spec, at, /[+,]/g).end + 1; while (spec[at - 1] === "+");
  return at - 1;
}

/** Writes a specification; the opposite of {@linkcode splitSpec}. */
export function joinSpec({ head, options }: SplitSpec): string {
  return [head, ...options.map(([name, value]) => `${name}=${value}`)].join(",");
}

/** An option's name as people write it: `heldOut` is `held-out`. */
export function writtenName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
}

/** Makes the error for a specification: it begins with the option `data` and its value. */
export function specFault(spec: string, reason: string): RangeError {
  return new RangeError(`data ${spec}: ${reason}`);
}

/** Reads the values of a specification's options; one that is not given is `undefined`. */
export interface SpecReader {
  /** Whether an option is given. */
  has(name: string): boolean;
  /** A value, without the quotes around it. */
  text(name: string): string | undefined;
  /** Names joined with "+", as they are written: see `splitNames`. */
  names(name: string): string | undefined;
  /** A whole number from `least` to `most`. */
  count(name: string, least: number, most?: number): number | undefined;
  /** A number from 0 to 1, or from 0 to below 1. */
  share(name: string, end: "to 1" | "to below 1"): number | undefined;
  /** One of some names. */
  oneOf<T extends string>(name: string, names: readonly T[]): T | undefined;
}

/**
 * Checks the options of a specification and reads their values.
 *
 * @param known The options that there are.
 * @param what Names the source in messages. Default: it is not known.
 * @throws {RangeError} If an option is unknown, given twice or empty; the methods of the reader
 * throw one if a value does not fit. The message has the whole specification.
 *
 * @example
 * ```ts
 * import { readOptions, splitSpec } from "./spec.ts";
 *
 * const spec = "coco:a.json,absent=0.3";
 * readOptions(spec, splitSpec(spec).options, ["absent"], "coco").share("absent", "to 1"); // 0.3
 * ```
 */
export function readOptions(
  spec: string,
  options: SplitSpec["options"],
  known: readonly string[],
  what?: string,
): SpecReader {
  const fault = (reason: string) => specFault(spec, reason);
  const given = new Map<string, string>();
  for (const [name, value] of options) {
    if (!known.includes(name)) {
      throw fault(
        `${what === undefined ? "there is" : `${what} has`} no option "${name}"; ` +
          didYouMean(name, known, "options"),
      );
    }
    if (given.has(name)) throw fault(`the option ${name} is given twice`);
    if (value === "") throw fault(`the option ${name} has no value; write ${name}=VALUE`);
    given.set(name, value);
  }
  const number = (name: string, wanted: string, fits: (value: number) => boolean) => {
    const text = given.get(name);
    if (text === undefined) return undefined;
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
    if (fits(value)) return value;
    throw fault(`${name} is ${wanted}, not ${quoted(text)}`);
  };
  return {
    has: (name) => given.has(name),
    text(name) {
      const text = given.get(name);
      if (text === undefined) return undefined;
      const whole = nameAt(text, 0);
      return whole.end === text.length ? whole.name : text;
    },
    names: (name) => given.get(name),
    count: (name, least, most = Infinity) =>
      number(
        name,
        most === Infinity
          ? `a whole number of at least ${least}`
          : `a whole number from ${least} to ${most}`,
        (value) => Number.isSafeInteger(value) && value >= least && value <= most,
      ),
    share: (name, end) =>
      number(
        name,
        `a share from 0 ${end}`,
        (value) => value >= 0 && (end === "to 1" ? value <= 1 : value < 1),
      ),
    oneOf(name, names) {
      const text = given.get(name);
      if (text === undefined) return undefined;
      const found = names.find((one) => one === text);
      if (found !== undefined) return found;
      throw fault(
        `${name} is ${names.join(" or ")}, not ${quoted(text)}; ` +
          didYouMean(text, names, "values"),
      );
    },
  };
}
