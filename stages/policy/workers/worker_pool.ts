import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { LoraAdapter } from "../../adapter/peft.ts";
import { enterPhase } from "../../engine/phases.ts";
import type { PromptTokens } from "../../model/prompt_tokens.ts";
import type { Computer } from "../computer.ts";
import type { Generated, GenerateOptions } from "../generate.ts";
import type { Learner } from "../learner.ts";
import type { MicroBatch } from "../micro_batch.ts";
import type { TokenLoss, TokenStatistics, UpdateOptions } from "../policy.ts";
import type { LossGradients } from "../token_loss_gradients.ts";
import { type EngineWorker, startWorker } from "./engine_worker.ts";
import {
  readShared,
  type SharedTensors,
  sharedTensors,
  writeShared,
} from "./shared_tensors.ts";

/** A worker and what it shares with this thread. */
interface Member {
  readonly worker: EngineWorker;
  readonly gradients: SharedTensors;
}

/**
 * Starts workers that compute for a learner, each on a thread of its own with its own engine and
 * a copy of the model. Parameters that learn are handed to them through shared memory whenever
 * the learner has replaced them.
 *
 * Samples are divided by prompt, and a prompt's continuations do not depend on what is sampled
 * beside it; gradients come micro-batch by micro-batch. So results do not depend on the number
 * of workers.
 *
 * @param opened All parameters of the model as it was opened.
 * @param adapter The adapter that learning starts from.
 */
export async function workerPool(
  learner: Learner,
  count: number,
  opened: ReadonlyMap<string, tf.Tensor>,
  adapter: LoraAdapter | undefined,
): Promise<Computer> {
  const { folder: { config }, options, trained } = learner;
  const shared = sharedTensors(trained);
  const model = sharedTensors(opened);
  writeShared(model, opened);
  const starting = Array.from({ length: count }, async (): Promise<Member> => {
    const gradients = sharedTensors(trained);
    const worker = await startWorker({
      ...{ config, options, adapter, gradients },
      ...{ opened: model, trained: shared },
    });
    return { worker, gradients };
  });
  const outcomes = await Promise.allSettled(starting);
  const members = outcomes.flatMap((o) => o.status === "fulfilled" ? [o.value] : []);
  const end = () => members.forEach(({ worker }) => worker.end());
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) {
    end();
    throw failed.reason;
  }

  const free = [...members];
  const queue: ((member: Member) => void)[] = [];
  const running = new Set<Promise<unknown>>();
  let version = 0;
  let written: readonly tf.Tensor[] = [];

  /** Hands the learner's parameters to the workers, once none of them computes. */
  async function publish(): Promise<number> {
    const isCurrent = () => {
      const now = [...trained.values()];
      return now.length === written.length && now.every((t, i) => t === written[i]);
    };
    while (!isCurrent()) {
      if (running.size > 0) await Promise.allSettled(running);
      else {
        writeShared(shared, trained);
        written = [...trained.values()];
        version++;
      }
    }
    return version;
  }

  /** Runs a task on the next worker that is free. */
  async function onWorker<T>(
    task: (member: Member, version: number) => Promise<T>,
  ): Promise<T> {
    const current = await publish();
    const done = (async () => {
      const member = free.shift() ??
        await new Promise<Member>((resolve) => queue.push(resolve));
      try {
        return await task(member, current);
      } finally {
        const next = queue.shift();
        if (next === undefined) free.push(member);
        else next(member);
      }
    })();
    running.add(done);
    const forget = () => void running.delete(done);
    done.then(forget, forget);
    return await done;
  }

  /** Vision features as the learner keeps them. */
  const known = (prompts: readonly PromptTokens[]) =>
    prompts.map((prompt) => learner.features?.get(prompt));
  const remember = (
    prompts: readonly PromptTokens[],
    found: readonly (Float32Array | undefined)[],
  ) =>
    prompts.forEach((prompt, i) => {
      if (found[i] !== undefined) learner.features?.set(prompt, found[i]);
    });

  async function continuations(
    prompts: readonly PromptTokens[],
    { key, ...options }: GenerateOptions,
    signal?: AbortSignal,
  ): Promise<Generated[][]> {
    enterPhase("workers sample");
    const abort = new AbortController();
    const ends = signal ? AbortSignal.any([signal, abort.signal]) : abort.signal;
    const size = Math.ceil(prompts.length / count);
    const parts: Promise<readonly Generated[][]>[] = [];
    for (let first = 0; first < prompts.length; first += size) {
      const some = prompts.slice(first, first + size);
      parts.push(onWorker(async ({ worker }, version) => {
        ends.throwIfAborted();
        const features = known(some);
        const keys = some.map((_, i) => key(first + i));
        const { groups, features: found } = await worker.sample(
          { version, prompts: some, features, options, keys },
          ends,
        );
        remember(some, found);
        return groups;
      }));
    }
    for (const part of parts) part.catch(() => abort.abort());
    const outcomes = await Promise.allSettled(parts);
    signal?.throwIfAborted();
    const error = outcomes.find((o) => o.status === "rejected" && !isAbort(o.reason)) ??
      outcomes.find((o) => o.status === "rejected");
    if (error?.status === "rejected") throw error.reason;
    return outcomes.flatMap((o) => o.status === "fulfilled" ? o.value : []);
  }

  async function learn<M>(
    { rows, first }: MicroBatch,
    loss: TokenLoss<M>,
    { temperature, reference }: Pick<UpdateOptions, "temperature" | "reference">,
  ): Promise<LossGradients<M>> {
    const prompts = rows.map(({ prompt }) => prompt);
    const completions = rows.map(({ completions }) => completions);
    const tokens = completions.flat().reduce((sum, { length }) => sum + length, 0);
    const lossGradients = new Float32Array(new SharedArrayBuffer(4 * tokens));
    return await onWorker(async ({ worker, gradients }, version) => {
      let value = 0, metrics: readonly M[] = [];
      let statistics: readonly TokenStatistics[] = [];
      const { numTokens, names, features } = await worker.learn(
        {
          ...{ version, prompts, completions, temperature, reference, lossGradients },
          features: known(prompts),
        },
        (records) => {
          const found = loss(records, first);
          value = found.loss;
          metrics = found.metrics ?? [];
          statistics = records;
          lossGradients.set(found.gradients.flat());
        },
      );
      remember(prompts, features);
      const read = readShared(gradients, names);
      return { loss: value, metrics, statistics, numTokens, gradients: read };
    });
  }

  async function* gradients<M>(
    batches: readonly MicroBatch[],
    loss: TokenLoss<M>,
    options: Pick<UpdateOptions, "temperature" | "reference">,
    signal?: AbortSignal,
  ): AsyncGenerator<LossGradients<M>> {
    enterPhase("workers learn");
    const parts: Promise<LossGradients<M>>[] = [];
    let taken = 0;
    try {
      while (taken < batches.length) {
        signal?.throwIfAborted();
        while (parts.length < Math.min(batches.length, taken + count)) {
          const part = learn(batches[parts.length]!, loss, options);
          part.catch(() => {}); // thrown when its turn comes
          parts.push(part);
        }
        const part = await parts[taken]!;
        taken++;
        yield part;
      }
    } finally {
      for (const rest of await Promise.allSettled(parts.slice(taken))) {
        if (rest.status === "fulfilled") tf.dispose([...rest.value.gradients.values()]);
      }
    }
  }

  return { workers: count, continuations, gradients, dispose: end };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
