import { Worker } from "node:worker_threads";
import { workerModule } from "../../worker_module.ts";
import {
  CONTROL,
  type Failed,
  type Learnt,
  type LearnTask,
  LOSS,
  type Reply,
  type Sampled,
  type SampleTask,
  type Statistics,
  type WorkerData,
} from "./protocol.ts";

/** A task without what {@linkcode EngineWorker} adds to it. */
export type Asked<Task> = Omit<Task, "kind" | "id">;

/** A worker that computes one task after another. */
export interface EngineWorker {
  /** @throws {DOMException} "AbortError", between two tokens, if `signal` is aborted. */
  sample(task: Asked<SampleTask>, signal?: AbortSignal): Promise<Sampled>;
  /** @param onStatistics Writes the loss's gradient to the task's room for it. */
  learn(
    task: Asked<LearnTask>,
    onStatistics: (statistics: Statistics["statistics"]) => void,
  ): Promise<Learnt>;
  /** Ends it, whatever it is doing. */
  end(): void;
}

/**
 * Starts a worker with an engine and a copy of the model.
 *
 * It keeps the process alive only while it computes.
 *
 * @throws {Error} If it does not start.
 */
export async function startWorker(
  given: Omit<WorkerData, "control">,
): Promise<EngineWorker> {
  const control = new Int32Array(new SharedArrayBuffer(8));
  const data: WorkerData = { ...given, control: control.buffer };
  const worker = new Worker(
    workerModule(new URL("./worker_thread.ts", import.meta.url)),
    { workerData: data },
  );
  let ended: string | undefined, last = 0;
  let waiting: Waiting | undefined;

  const settle = (how: (waiting: Waiting) => void) => {
    const one = waiting;
    waiting = undefined;
    worker.unref();
    if (one !== undefined) how(one);
  };
  const events = worker as unknown as Events;
  events.on("message", (reply) => {
    if (waiting === undefined) return;
    if ("error" in reply) settle(({ reject }) => reject(errorOf(reply)));
    else if ("statistics" in reply) waiting.onStatistics?.(reply);
    else settle(({ resolve }) => resolve(reply));
  });
  events.on("error", (error) => {
    ended ??= error instanceof Error ? error.message.split("\n")[0] : String(error);
  });
  events.on("exit", (code) => {
    ended ??= `exit code ${code}`;
    settle(({ reject }) => reject(gone(ended!)));
  });

  /** Sends a task, or waits for the first message. */
  function ask<R extends Reply>(
    send: () => void,
    onStatistics?: Waiting["onStatistics"],
  ): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (ended !== undefined) return reject(gone(ended));
      waiting = { resolve: resolve as Waiting["resolve"], reject, onStatistics };
      worker.ref();
      send();
    });
  }

  await ask(() => {});
  return {
    async sample(task, signal) {
      const id = ++last;
      const abort = () => Atomics.store(control, CONTROL.aborted, id);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        return await ask<Sampled>(() =>
          worker.postMessage({ ...task, kind: "sample", id } satisfies SampleTask)
        );
      } catch (error) {
        signal?.throwIfAborted(); // with the caller's reason
        throw error;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    async learn(task, onStatistics) {
      const id = ++last;
      let failure: { readonly cause: unknown } | undefined;
      const answer = ({ statistics }: Statistics) => {
        try {
          onStatistics(statistics);
        } catch (cause) {
          failure = { cause };
        }
        const state = failure === undefined ? LOSS.known : LOSS.failed;
        Atomics.store(control, CONTROL.loss, state);
        Atomics.notify(control, CONTROL.loss);
      };
      try {
        return await ask<Learnt>(
          () => worker.postMessage({ ...task, kind: "learn", id } satisfies LearnTask),
          answer,
        );
      } catch (error) {
        throw failure === undefined ? error : failure.cause;
      }
    },
    end() {
      ended ??= "its policy was disposed of";
      void worker.terminate();
    },
  };
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: unknown): void;
  readonly onStatistics?: (reply: Statistics) => void;
}

/** A worker's events; Node's types lose them if two versions of them are in one program. */
interface Events {
  on(event: "message", listener: (reply: Reply) => void): void;
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "exit", listener: (code: number) => void): void;
}

function gone(reason: string): Error {
  return new Error(
    `A worker of the policy has ended (${reason}): set workers to fewer, or to 1`,
  );
}

const CLASSES = new Map(
  [TypeError, RangeError, SyntaxError].map((Class) => [Class.name, Class]),
);

function errorOf({ error: { name, message } }: Failed): Error {
  return name === "AbortError"
    ? new DOMException(message, name)
    : new (CLASSES.get(name) ?? Error)(message);
}
