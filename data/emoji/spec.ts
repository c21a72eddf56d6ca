import { nearestName } from "../nearest_name.ts";
import { type Artist, ARTISTS, KNOWN_ARTISTS } from "./artists.ts";
import { BASE_CATEGORIES, CATEGORIES } from "./categories.ts";

/** What can be asked about a scene. */
export type EmojiTask = "classification" | "detection" | "grounding";

/** Which questions on emoji are wanted. */
export interface EmojiSpec {
  readonly task: EmojiTask;
  /** `artist`: names joined with "+", or `known` (the default): the three training artists. */
  readonly artists: readonly Artist[];
  /**
   * `categories`: `base` (the default), `novel`, `all`, how many base ones the seed picks, or
   * names joined with "+".
   */
  readonly categories: "base" | "novel" | "all" | number | readonly string[];
  /** `shots`: pictures of each category; without it `size` counts. */
  readonly shots?: number;
  /** `size`: number of questions; 65536 by default. */
  readonly size: number;
  /** `absent`: share of detection questions whose object is not there, in [0, 1); 0.3 by default. */
  readonly absent: number;
  /** `held-out`: number of held-out questions; 256 by default. */
  readonly heldOut: number;
}

const TASKS: readonly EmojiTask[] = ["classification", "detection", "grounding"];
const KEYS = ["artist", "categories", "shots", "size", "absent", "held-out"] as const;
const SETS = ["base", "novel", "all"] as const;
const MOST = 2 ** 24;

/**
 * Reads `emoji:TASK[,KEY=VALUE…]`.
 *
 * @throws {RangeError} Where a task, key or value is not one that the source knows; the
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
  const fault = (text: string) => new RangeError(`"${spec}": ${text}`);
  const oneOf = <T extends string>(
    what: string,
    value: string,
    allowed: readonly T[],
  ): T => {
    const known = allowed.find((name) => name === value);
    if (known !== undefined) return known;
    const near = nearestName(value, allowed);
    throw fault(
      `${what} "${value}" is unknown; ` +
        (near === undefined
          ? `it is one of ${allowed.join(", ")}`
          : `did you mean "${near}"?`),
    );
  };
  const numberIn = (key: string, value: string, least: number, most: number): number => {
    const count = /^\d+$/.test(value) ? Number(value) : NaN;
    if (count >= least && count <= most) return count;
    throw fault(`${key} is an integer from ${least} to ${most}, not "${value}"`);
  };

  const [head = "", ...entries] = spec.split(",");
  const [source = "", task = "", ...rest] = head.split(":");
  oneOf("the source", source, ["emoji"]);
  if (task === "" || rest.length > 0) {
    throw fault(`write emoji:TASK,KEY=VALUE… with TASK one of ${TASKS.join(", ")}`);
  }
  const kind = oneOf("the task", task, TASKS);

  const given = new Map<typeof KEYS[number], string>();
  for (const entry of entries) {
    const equals = entry.indexOf("=");
    const key = oneOf("the key", equals < 0 ? entry : entry.slice(0, equals), KEYS);
    if (equals < 0) throw fault(`the key "${key}" has no value; write ${key}=VALUE`);
    if (given.has(key)) throw fault(`the key "${key}" is given twice`);
    given.set(key, entry.slice(equals + 1));
  }
  if (given.has("shots") && given.has("size")) {
    throw fault("shots and size exclude one another: leave one of them out");
  }
  if (given.has("absent") && kind !== "detection") {
    throw fault(`absent belongs to detection, not to ${kind}`);
  }

  const shots = given.get("shots");
  return {
    task: kind,
    artists: artists(given.get("artist") ?? "known"),
    categories: categories(given.get("categories") ?? "base"),
    ...shots !== undefined && { shots: numberIn("shots", shots, 1, 65536) },
    size: numberIn("size", given.get("size") ?? "65536", 1, MOST),
    absent: share(given.get("absent") ?? "0.3"),
    heldOut: numberIn("held-out", given.get("held-out") ?? "256", 1, MOST),
  };

  function artists(value: string): readonly Artist[] {
    if (value === "known") return KNOWN_ARTISTS;
    const names = value.split("+").map((name) =>
      oneOf("artist", name, [...ARTISTS, "known"] as const)
    );
    const drawn = names.flatMap((name): readonly Artist[] =>
      name === "known" ? KNOWN_ARTISTS : [name]
    );
    return [...new Set(drawn)];
  }

  function categories(value: string): EmojiSpec["categories"] {
    if (/^[+-]?[\d.]+$/.test(value)) {
      return numberIn("categories", value, 1, BASE_CATEGORIES.length);
    }
    const set = SETS.find((name) => name === value);
    if (set !== undefined) return set;
    const known = [...CATEGORIES.map(({ name }) => name), ...SETS];
    const names = value.split("+").map((name) => oneOf("categories", name, known));
    const misplaced = names.find((name) => SETS.some((set) => set === name));
    if (misplaced !== undefined) {
      throw fault(`categories has the set "${misplaced}" beside names: leave one out`);
    }
    return [...new Set(names)];
  }

  function share(value: string): number {
    const part = /^\d*\.?\d+$/.test(value) ? Number(value) : NaN;
    if (part >= 0 && part < 1) return part;
    throw fault(`absent is a share from 0 to below 1, not "${value}"`);
  }
}
