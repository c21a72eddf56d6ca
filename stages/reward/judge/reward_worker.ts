import { Worker } from "node:worker_threads";
import { workerModule } from "../../worker_module.ts";
import type { Case, Jury, NoVerdict } from "./detached_rewards.ts";
import type { Judgement } from "./judge_answer.ts";
import { PLACE, type Question, type Reply, type WorkerData } from "./worker_protocol.ts";

/** Modules of rewards in a worker thread. */
export interface RewardWorker extends Jury {
  /** The names of each module's rewards, in the order of the paths. */
  readonly names: readonly (readonly string[])[];
  /** Ends the worker, whatever it is doing. */
  close(): Promise<void>;
}

/** Number of times that a worker is checked within the limit. */
const LOOKS = 20;

/** Least limit of loading in seconds: a busy computer needs some to start a thread. */
const LOADING = 60;

/** The longest limit, a day, in seconds: timers cannot count much further. */
export const LONGEST_TIMEOUT = 86_400;

/**
 * Loads modules of rewards in a worker, so that code that loops forever, ends its thread or fails
 * later can be stopped and named: JavaScript cannot interrupt its own thread.
 *
 * The limit holds for each call of a reward, and another one for the loading of each module. It
 * is counted in checks of the worker: neither a sleeping computer nor a busy caller ends it.
 *
 * @param paths See `importRewards`.
 * @param timeout Seconds, above 0 and at most a day. A reward is stopped after 1 to 1.1 times
 * this limit.
 * @param loading Seconds that a module may take to load. Default: the timeout or a minute, whichever is
 * longer.
 * @throws What `importRewards` throws; a `TimeoutError` (`DOMException`) if a module takes too long
 * to load, and an `Error` if it ends the worker.
 */
export async function openRewardWorker(
  paths: readonly string[],
  timeout: number,
  loading: number = Math.max(timeout, LOADING),
): Promise<RewardWorker> {
  const progress = new Int32Array(new SharedArrayBuffer(12));
  const data: WorkerData = { paths, progress };
  const worker = new Worker(
    workerModule(new URL("./worker_thread.ts", import.meta.url)),
    { workerData: data },
  );
  worker.unref(); // a program that forgets to close it can still end

  let id = 0;
  let ended: string | undefined;
  let settle: (outcome: Outcome) => void = () => {};
  const events = worker as unknown as Events;
  events.on("message", (reply: Reply) => {
    if (!("id" in reply) || reply.id === id) settle(reply);
  });
  events.on("error", (error: unknown) => {
    ended ??= error instanceof Error ? firstLine(String(error)) : "an error";
  });
  events.on("exit", (code: number) => {
    ended ??= `exit code ${code}`;
    settle("ended");
  });

  /** The next message of the worker, unless it is late or has ended. */
  async function outcome(limit: number): Promise<Outcome> {
    if (ended !== undefined) return "ended";
    let timer: ReturnType<typeof setInterval> | undefined;
    try {
      return await new Promise<Outcome>((resolve) => {
        settle = resolve;
        let seen = -1, looks = 0;
        timer = setInterval(() => {
          const calls = Atomics.load(progress, PLACE.calls);
          looks = calls === seen ? looks + 1 : 0;
          seen = calls;
          if (looks === LOOKS) resolve("late");
        }, limit * 1000 / LOOKS);
      });
    } finally {
      clearInterval(timer);
    }
  }

  async function close(): Promise<void> {
    ended ??= "it was closed";
    Atomics.store(progress, PLACE.item, -1);
    await worker.terminate();
  }

  async function load(): Promise<RewardWorker["names"]> {
    const said = await outcome(loading);
    const path = paths[Atomics.load(progress, PLACE.item)];
    if (said === "late") {
      throw new DOMException(
        `reward ${path} has not loaded after ${loading} s: correct it, or give it longer with ` +
          "rewardTimeout",
        "TimeoutError",
      );
    }
    if (said === "ended") {
      throw new Error(
        `reward ${path} cannot be loaded: it ended its worker (${ended})`,
      );
    }
    if ("loaded" in said) return said.loaded;
    const { name, message } = "error" in said ? said.error : UNKNOWN;
    throw new (CLASSES.get(name) ?? Error)(message);
  }

  async function ask(cases: readonly Case[]): Promise<readonly Judgement[] | NoVerdict> {
    if (cases.length === 0) return [];
    id++;
    try {
      if (ended === undefined) worker.postMessage({ id, cases } satisfies Question);
    } catch (cause) { // DataCloneError
      const why = `cannot be asked: its answers or targets cannot be sent to a worker (${
        firstLine(String(cause))
      }); set rewardTimeout to 0`;
      return { at: 0, failure: { failed: cases[0]!.names[0]!, why, cause } };
    }
    const said = await outcome(timeout);
    if (said !== "late" && said !== "ended") {
      return "judgements" in said ? said.judgements : [];
    }
    const item = Atomics.load(progress, PLACE.item);
    const at = Math.max(0, item);
    const failed = cases[at]!.names[item < 0 ? 0 : Atomics.load(progress, PLACE.name)]!;
    if (said === "ended") {
      const why = item < 0
        ? `cannot be asked: the worker of ${paths.join(", ")} has ended: ${ended}`
        : `ended its worker: ${ended}; a reward returns a number and nothing else`;
      return { at, failure: { failed, why } };
    }
    await close();
    const why =
      `has not returned after ${timeout} s: make it faster, or give it longer with ` +
      "rewardTimeout";
    return { at, failure: { failed, why, timedOut: true } };
  }

  try {
    const names = await load();
    let queue: Promise<unknown> = Promise.resolve();
    const judge: Jury["judge"] = (cases) => {
      const judged = queue.then(() => ask(cases));
      queue = judged.catch(() => {});
      return judged;
    };
    return { names, judge, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A worker's events; Node's types lose them if two versions of them are in one program. */
interface Events {
  on(event: "message", listener: (reply: Reply) => void): void;
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "exit", listener: (code: number) => void): void;
}

type Outcome = Reply | "late" | "ended";

const CLASSES = new Map([TypeError, RangeError].map((Class) => [Class.name, Class]));

const UNKNOWN = {
  name: "Error",
  message: "A worker of rewards does not keep to its protocol",
};

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
