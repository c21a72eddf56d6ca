import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { readRegularFile } from "../../data/files/regular_file.ts";
import type { Reward } from "../../stages/records.ts";
import { detachedReward } from "../../stages/reward/judge/detached_rewards.ts";
import {
  checkRewardFunction,
  importRewards,
  twice,
} from "../../stages/reward/judge/reward_module.ts";
import {
  LONGEST_TIMEOUT,
  openRewardWorker,
} from "../../stages/reward/judge/reward_worker.ts";

/** Rewards that the user supplies, and where they come from. */
export interface OwnRewards extends AsyncDisposable {
  /** By name. */
  readonly rewards: Readonly<Record<string, Reward>>;
  /**
   * By name: `sha256:` and the hash of the reward's module (not of what that imports), or
   * "function" for one that a program passed.
   */
  readonly sources: Readonly<Record<string, string>>;
  /** Ends the worker of the modules, if there is one: nothing is scored afterwards. */
  close(): Promise<void>;
}

/** How rewards are loaded. */
export interface LoadRewardsOptions {
  /**
   * Seconds that a reward of a module may take for one answer; at most a day. Above 0, the modules
   * run in a worker, and `scoreRewards` alone can ask them; at 0 they run in this thread, without
   * a limit. A module may take a minute to load, or as long as this. @default 0
   */
  readonly timeout?: number;
}

/** Bytes that a module may have. */
const LARGEST_MODULE = 16 << 20;

/**
 * Rewards from modules: every function that a module exports is a reward of its export's name;
 * a default export has the file's name without its ending. Classes and other non-function exports
 * are ignored.
 *
 * A reward is `(answer, target) => number`: see `Reward`. The module's code runs with all rights
 * of this program. With a timeout it runs in a worker: a reward that loops forever, ends its thread
 * or leaves an error unhandled then ends the run, and the error names it. Functions run in this
 * thread: nothing can stop one that does not return.
 *
 * @param paths Of modules in TypeScript or JavaScript, relative to the working folder.
 * @param functions Further rewards by name.
 * @throws {Error} If a file is missing or cannot be loaded, or changes meanwhile.
 * @throws {TypeError} If a module exports no function, if one is asynchronous, and if two rewards
 * have one name.
 * @throws {RangeError} If a name cannot be that of a metric, and if the timeout is out of range.
 * @throws {DOMException} A `TimeoutError` if a module takes too long to load.
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
  { timeout = 0 }: LoadRewardsOptions = {},
): Promise<OwnRewards> {
  if (!(timeout >= 0 && timeout <= LONGEST_TIMEOUT)) {
    throw new RangeError(
      `rewardTimeout must be a number from 0 to ${LONGEST_TIMEOUT}: it is ${timeout}`,
    );
  }
  const rewards: Record<string, Reward> = {};
  const sources: Record<string, string> = {};
  for (const [name, reward] of Object.entries(functions)) {
    checkRewardFunction(name, reward);
    rewards[name] = reward;
    sources[name] = "function";
  }
  const hashes = await Promise.all(paths.map(hashOf));
  const { modules, close } = timeout > 0 && paths.length > 0
    ? await inWorker(paths, timeout)
    : await inThread(paths, hashes);
  try {
    for (const [i, path] of paths.entries()) {
      if (await hashOf(path) !== hashes[i]) {
        throw new Error(`reward ${path} has changed while it was loaded: start again`);
      }
      for (const [name, reward] of modules[i]!) {
        if (Object.hasOwn(rewards, name)) throw twice(path, name);
        rewards[name] = reward;
        sources[name] = hashes[i]!;
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { rewards, sources, close, [Symbol.asyncDispose]: close };
}

/** The rewards of each module, by name. */
interface Modules {
  readonly modules: readonly ReadonlyMap<string, Reward>[];
  close(): Promise<void>;
}

async function inWorker(paths: readonly string[], timeout: number): Promise<Modules> {
  const worker = await openRewardWorker(paths, timeout);
  const modules = worker.names.map((names) =>
    new Map(names.map((name) => [name, detachedReward(name, worker)]))
  );
  return { modules, close: () => worker.close() };
}

/** The hash under which this thread has imported a file first. */
const imported = new Map<string, string>();

async function inThread(
  paths: readonly string[],
  hashes: readonly string[],
): Promise<Modules> {
  const modules: ReadonlyMap<string, Reward>[] = [];
  for (const [i, path] of paths.entries()) {
    const file = resolve(path), hash = hashes[i]!;
    // A module that was imported once stays as it was, whatever its file says now.
    const first = imported.get(file) ?? hash;
    modules.push(await importRewards(path, first === hash ? undefined : hash));
    imported.set(file, first);
  }
  return { modules, close: () => Promise.resolve() };
}

async function hashOf(path: string): Promise<string> {
  try {
    const bytes = await readRegularFile(path, LARGEST_MODULE);
    return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof TypeError || error instanceof RangeError
      ? "it cannot be read as a file"
      : "it cannot be read";
    throw new Error(`reward ${path}: ${reason}; give the path of a module`);
  }
}
