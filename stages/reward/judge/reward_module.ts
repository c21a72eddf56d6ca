import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Reward } from "../../records.ts";
import { checkRewardName } from "./reward_name.ts";

/**
 * Imports a module of rewards: every function that it exports is a reward with that name,
 * a default export has the file's name without extension. Classes and non-function exports are
 * ignored.
 *
 * @param path In TypeScript or JavaScript, relative to the working folder.
 * @param version For a file that may have changed since it was imported in this thread: another
 * version is another module.
 * @throws {Error} If it cannot be loaded.
 * @throws {TypeError} If it exports no function, or one that cannot be a reward; a `RangeError`
 * for its name: see `checkRewardName`.
 */
export async function importRewards(
  path: string,
  version?: string,
): Promise<ReadonlyMap<string, Reward>> {
  const url = pathToFileURL(resolve(path));
  if (version !== undefined) url.search = version;
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(url.href);
  } catch (error) {
    const [reason] = textOf(error).split("\n");
    throw new Error(`reward ${path} cannot be loaded: ${reason}`, { cause: error });
  }
  const found = new Map<string, Reward>();
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== "function" || isClass(value)) continue;
    const called = name === "default" ? basename(path, extname(path)) : name;
    try {
      checkRewardFunction(called, value);
    } catch (error) {
      if (error instanceof Error) error.message = `reward ${path}: ${error.message}`;
      throw error;
    }
    if (found.has(called)) throw twice(path, called);
    found.set(called, value as Reward);
  }
  if (found.size > 0) return found;
  throw new TypeError(
    `reward ${path} exports no function: export (answer, target) => number`,
  );
}

/** The error for a module whose reward has a name that is taken. */
export function twice(path: string, name: string): TypeError {
  return new TypeError(
    `reward ${path}: there is another reward ${JSON.stringify(name)}; rename one`,
  );
}

/**
 * Checks that something can be a reward, as far as possible without calling it.
 *
 * @throws {TypeError} If it is not a function, or an asynchronous or generator function.
 * @throws {RangeError} If it cannot have this name: see `checkRewardName`.
 */
export function checkRewardFunction(name: string, value: unknown): void {
  checkRewardName(name);
  const kind = KINDS[Object.prototype.toString.call(value)];
  if (typeof value === "function" && kind === undefined) return;
  const what = kind ?? (value === null ? "null" : typeof value);
  throw new TypeError(
    `The reward ${JSON.stringify(name)} is ${what}: give a function ` +
      `(answer, target) => number` +
      (kind === undefined ? "" : "; a reward is synchronous"),
  );
}

const KINDS: Readonly<Record<string, string>> = {
  "[object AsyncFunction]": "an async function",
  "[object GeneratorFunction]": "a generator",
  "[object AsyncGeneratorFunction]": "an async generator",
};

function isClass(value: unknown): boolean {
  return typeof value === "function" &&
    Function.prototype.toString.call(value).startsWith("class");
}

/** A module may throw anything. */
function textOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "it throws something that cannot be shown";
  }
}
