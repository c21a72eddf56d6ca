import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { enterPhase } from "../../engine/phases.ts";
import type { PromptTokens } from "../../model/prompt_tokens.ts";
import type { Computer } from "../computer.ts";
import type { Generated, GenerateOptions } from "../generate.ts";
import type { Learner } from "../learner.ts";
import type { MicroBatch } from "../micro_batch.ts";
import type { TokenLoss, TokenStatistics, UpdateOptions } from "../policy.ts";
import type { LossGradients } from "../token_loss_gradients.ts";
import type { Task } from "./protocol.ts";
import { sharedCopy, type SharedPrompt, toShared } from "./shared_prompt.ts";
import { readShared } from "./shared_tensors.ts";
import type { WorkerPool } from "./worker_pool.ts";

/**
 * Workers as a computer: they sample some of the prompts each, and compute one micro-batch after
 * another.
 *
 * A prompt's continuations do not depend on what is sampled beside it on wasm, and gradients are
 * handed on in the order of the micro-batches: so results do not depend on the number of workers.
 */
export function workers(learner: Learner, pool: WorkerPool): Computer {
  const sent = new WeakMap<PromptTokens, SharedPrompt>();

  /** Prompts as a task has them, each put into shared memory once. */
  function taskOf(prompts: readonly PromptTokens[]): Pick<Task, "prompts" | "features"> {
    const shared = (prompt: PromptTokens) => {
      const made = sent.get(prompt) ?? toShared(prompt);
      sent.set(prompt, made);
      return made;
    };
    const features = prompts.map((prompt) => {
      const known = learner.features?.get(prompt);
      return known && sharedCopy(known);
    });
    return { prompts: prompts.map(shared), features };
  }

  function remember(prompts: readonly PromptTokens[], found: Task["features"]): void {
    prompts.forEach((prompt, i) => {
      if (found[i] !== undefined) {
        learner.features?.set(prompt, new Float32Array(found[i]));
      }
    });
  }

  async function continuations(
    prompts: readonly PromptTokens[],
    { key, ...options }: GenerateOptions,
    signal?: AbortSignal,
  ): Promise<Generated[][]> {
    enterPhase("workers sample");
    const failed = new AbortController();
    const ends = AbortSignal.any([failed.signal, ...signal ? [signal] : []]);
    const size = Math.ceil(prompts.length / pool.size);
    const parts: Promise<readonly Generated[][]>[] = [];
    for (let first = 0; first < prompts.length; first += size) {
      const some = prompts.slice(first, first + size);
      const keys = some.map((_, i) => key(first + i));
      parts.push(pool.run(async ({ worker }, version) => {
        ends.throwIfAborted();
        const task = { ...taskOf(some), version, options, keys };
        const { groups, features } = await worker.sample(task, ends);
        remember(some, features);
        return groups;
      }));
    }
    for (const part of parts) part.catch((error) => failed.abort(error));
    // None computes any longer when this one ends.
    const outcomes = await Promise.allSettled(parts);
    ends.throwIfAborted();
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
    const lossGradients = new SharedArrayBuffer(4 * tokens);
    return await pool.run(async ({ worker, gradients }, version) => {
      let value = 0, metrics: readonly M[] = [];
      let statistics: readonly TokenStatistics[] = [];
      const { numTokens, names, features } = await worker.learn(
        {
          ...taskOf(prompts),
          ...{ version, completions, temperature, reference, lossGradients },
        },
        (records) => {
          statistics = records;
          const found = loss(records, first);
          ({ loss: value, metrics = [] } = found);
          new Float32Array(lossGradients).set(found.gradients.flat());
        },
      );
      remember(prompts, features);
      const found = readShared(gradients, names);
      return { loss: value, metrics, statistics, numTokens, gradients: found };
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
        while (parts.length < Math.min(batches.length, taken + pool.size)) {
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

  return { workers: pool.size, continuations, gradients, dispose: pool.end };
}
