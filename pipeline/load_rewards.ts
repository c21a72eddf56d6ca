import { createHash } from "node:crypto";
import { basename, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Reward } from "../stages/records.ts";

/** Rewards that are not of this program, and what they come from. */
export interface OwnRewards {
  /** By name. */
  readonly rewards: Readonly<Record<string, Reward>>;
  /**
   * By name: `sha256:` and the hash of the reward's module (not of what that imports), or
   * "function" for one that a program passed.
   */
  readonly sources: Readonly<Record<string, string>>;
}

/**
 * Rewards from modules: every function that a module exports is a reward of its export's name;
 * a default export has the file's name without its ending. What is no function is left alone.
 *
 * A reward is `(answer, target) => number`: see `Reward`. The module's code runs with all rights
 * of this program.
 *
 * @param paths Of modules in TypeScript or JavaScript, relative to the working folder.
 * @param functions Further rewards by name.
 * @throws {Error} Where a file is missing or cannot be loaded.
 * @throws {TypeError} Where a module exports no function, and where two rewards have one name.
 *
 * @example
 * ```ts
 * import { loadRewards } from "./load_rewards.ts";
 *
 * const { rewards } = await loadRewards([], { brief: ({ text }) => 1 / (1 + text.length) });
 * Object.keys(rewards); // ["brief"]
 * ```
 */
export async function loadRewards(
  paths: readonly string[],
  functions: Readonly<Record<string, Reward>> = {},
): Promise<OwnRewards> {
  const rewards: Record<string, Reward> = { ...functions };
  const sources: Record<string, string> = {};
  for (const [name, reward] of Object.entries(functions)) {
    if (typeof reward !== "function") {
      throw new TypeError(
        `The reward ${JSON.stringify(name)} is ${typeof reward}: give a function ` +
          `(answer, target) => number`,
      );
    }
    sources[name] = "function";
  }
  for (const path of paths) {
    const source = await hashOf(path);
    const found = await functionsOf(path);
    for (const [name, reward] of Object.entries(found)) {
      if (Object.hasOwn(rewards, name)) {
        throw new TypeError(
          `--reward ${path}: there is another reward ${JSON.stringify(name)}; rename one`,
        );
      }
      rewards[name] = reward;
      sources[name] = source;
    }
  }
  return { rewards, sources };
}

async function hashOf(path: string): Promise<string> {
  try {
    const bytes = await Deno.readFile(path);
    return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : "it cannot be read as a file";
    throw new Error(`--reward ${path}: ${reason}; give the path of a module`);
  }
}

async function functionsOf(path: string): Promise<Record<string, Reward>> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(resolve(path)).href);
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split("\n");
    throw new Error(`--reward ${path} cannot be loaded: ${reason}`, { cause: error });
  }
  const found = Object.entries(exported)
    .filter(([, value]) => typeof value === "function")
    .map(([name, value]) => [nameOf(name, path), value as Reward] as const);
  if (found.length === 0) {
    throw new TypeError(
      `--reward ${path} exports no function: export (answer, target) => number`,
    );
  }
  return Object.fromEntries(found);
}

function nameOf(name: string, path: string): string {
  return name === "default" ? basename(path, extname(path)) : name;
}
