import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { LoraAdapter } from "../../adapter/peft.ts";
import type { Learner } from "../learner.ts";
import { type EngineWorker, startWorker } from "./engine_worker.ts";
import { type SharedTensors, sharedTensors, writeShared } from "./shared_tensors.ts";
import { takeTurns } from "./take_turns.ts";

/** A worker and what it shares with this thread. */
export interface Member {
  readonly worker: EngineWorker;
  /** Of the micro-batch that it has computed last. */
  readonly gradients: SharedTensors;
}

/** Workers with a learner's model. */
export interface WorkerPool {
  readonly size: number;
  /**
   * Runs a task on the next worker that is free.
   *
   * @param task Gets the version of the shared parameters, for the worker's task.
   */
  run<T>(task: (member: Member, version: number) => Promise<T>): Promise<T>;
  /** Ends the workers, whatever they are doing. */
  end(): void;
}

/**
 * Starts workers, each on a thread of its own with its own engine and a copy of the model.
 * Parameters that learn are handed to them through shared memory whenever the learner has
 * replaced them.
 *
 * @param opened All parameters of the model as it was opened.
 * @param adapter The adapter that learning starts from.
 * @throws {Error} If one does not start; the others are ended.
 */
export async function workerPool(
  learner: Learner,
  size: number,
  opened: ReadonlyMap<string, tf.Tensor>,
  adapter: LoraAdapter | undefined,
): Promise<WorkerPool> {
  const { folder: { config }, options, trained } = learner;
  const shared = sharedTensors(trained), model = sharedTensors(opened);
  writeShared(model, opened);
  const given = { config, options, adapter, opened: model, trained: shared };
  const outcomes = await Promise.allSettled(
    Array.from({ length: size }, async (): Promise<Member> => {
      const gradients = sharedTensors(trained);
      return { worker: await startWorker({ ...given, gradients }), gradients };
    }),
  );
  const members = outcomes.flatMap((o) => o.status === "fulfilled" ? [o.value] : []);
  const end = () => members.forEach(({ worker }) => worker.end());
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    end();
    throw failed.reason;
  }

  const turns = takeTurns(members);
  let version = 0, written: readonly tf.Tensor[] = [];
  // The optimiser replaces tensors, and never changes one.
  const isWritten = () => {
    const now = [...trained.values()];
    return now.length === written.length && now.every((t, i) => t === written[i]);
  };
  /** Rewrites the shared parameters, while no worker computes. */
  const publish = async () => {
    while (!isWritten()) {
      await turns.idle();
      if (isWritten()) break;
      writeShared(shared, trained);
      written = [...trained.values()];
      version++;
    }
  };
  return {
    size,
    async run(task) {
      await publish();
      const current = version;
      return await turns.run((member) => task(member, current));
    },
    end,
  };
}
