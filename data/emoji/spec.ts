import { didYouMean } from "../nearest_name.ts";
import { splitNames } from "../questions/quoted_names.ts";
import { readOptions, specFault, splitSpec } from "../questions/spec.ts";
import { type Artist, ARTISTS, KNOWN_ARTISTS } from "./artists.ts";
import { BASE_CATEGORIES, CATEGORIES } from "./categories.ts";

/** What can be asked about a scene. */
export type EmojiTask = "classification" | "detection" | "grounding";

/** Which questions on emoji are wanted. */
export interface EmojiSpec {
  /** What is asked about each scene. */
  readonly task: EmojiTask;
  /** `artist`: names joined with "+", or `known` (default): the three training artists. */
  readonly artists: readonly Artist[];
  /**
   * `categories`: `base` (default), `novel`, `all`, how many base ones the seed picks, or names
   * joined with "+".
   */
  readonly categories: "base" | "novel" | "all" | number | readonly string[];
  /** `shots`: images of each category. Default: `size` counts. */
  readonly shots?: number;
  /** `size`: number of questions; default: 65536. */
  readonly size: number;
  /** `absent`: share of detection questions whose object is not there, in [0, 1); default: 0.3. */
  readonly absent: number;
  /** `held-out`: number of held-out questions; default: 256. */
  readonly heldOut: number;
}

const TASKS: readonly EmojiTask[] = ["classification", "detection", "grounding"];
const OPTIONS = ["artist", "categories", "shots", "size", "absent", "held-out"] as const;
const SETS = ["base", "novel", "all"] as const;
const MOST = 2 ** 24;

/**
 * Reads `emoji:TASK[,option=value…]`.
 *
 * @throws {RangeError} If the task, an option or a value is not one that the source knows; the
 * message names it and the nearest that is.
 *
 * @example
 * ```ts
 * import { parseEmojiSpec } from "./spec.ts";
 *
 * parseEmojiSpec("emoji:detection,artist=openmoji,shots=8").artists; // ["openmoji"]
 * ```
 */
export function parseEmojiSpec(spec: string): EmojiSpec {
  const fault = (reason: string) => specFault(spec, reason);
  const oneOf = <T extends string>(
    what: string,
    value: string,
    known: readonly T[],
    kind: string,
  ): T => {
    const found = known.find((name) => name === value);
    if (found !== undefined) return found;
    const unknown = `the ${what} ${JSON.stringify(value)} is unknown`;
    throw fault(`${unknown}; ${didYouMean(value, known, kind)}`);
  };

  const { head, options } = splitSpec(spec);
  const [first = "", ...noOptions] = head.split(",");
  const [source = "", taskName = "", ...rest] = first.split(":");
  oneOf("source", source, ["emoji"], "sources");
  if (taskName === "" || rest.length > 0) {
    throw fault(`write emoji:TASK,option=value… with TASK one of ${TASKS.join(", ")}`);
  }
  const task = oneOf("task", taskName, TASKS, "tasks");
  const incomplete = noOptions.find((part) => !part.includes("="));
  if (incomplete !== undefined) {
    const name = oneOf("option", incomplete, OPTIONS, "options");
    throw fault(`the option ${name} has no value; write ${name}=VALUE`);
  }
  const given = readOptions(
    spec,
    [...noOptions.map((part) => [part, ""] as const), ...options],
    OPTIONS,
    "emoji",
  );
  if (given.has("shots") && given.has("size")) {
    throw fault("shots and size exclude one another: leave one of them out");
  }
  if (given.has("absent") && task !== "detection") {
    throw fault(`absent belongs to detection, not to ${task}`);
  }
  const shots = given.count("shots", 1, 65536);
  return {
    task,
    artists: artists(given.text("artist") ?? "known"),
    categories: categories(given.names("categories") ?? "base"),
    ...shots !== undefined && { shots },
    size: given.count("size", 1, MOST) ?? 65536,
    absent: given.share("absent", "to below 1") ?? 0.3,
    heldOut: given.count("held-out", 1, MOST) ?? 256,
  };

  function artists(value: string): readonly Artist[] {
    const known = [...ARTISTS, "known"] as const;
    const drawn = value.split("+").flatMap((text): readonly Artist[] => {
      const name = oneOf("artist", text, known, "artists");
      return name === "known" ? KNOWN_ARTISTS : [name];
    });
    return [...new Set(drawn)];
  }

  function categories(value: string): EmojiSpec["categories"] {
    if (/^[+-]?[\d.]+$/.test(value)) {
      return given.count("categories", 1, BASE_CATEGORIES.length)!;
    }
    const set = SETS.find((name) => name === value);
    if (set !== undefined) return set;
    const known = [...CATEGORIES.map(({ name }) => name), ...SETS];
    const names = splitNames(value).map((name) =>
      oneOf("category", name, known, "categories")
    );
    const misplaced = names.find((name) => SETS.some((set) => set === name));
    if (misplaced !== undefined) {
      throw fault(`categories has the set "${misplaced}" beside names: leave one out`);
    }
    return [...new Set(names)];
  }
}
