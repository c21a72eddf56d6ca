import type { PromptTokens } from "../model/prompt_tokens.ts";
import { continuations } from "./continuations.ts";
import type { Generated, GenerateOptions } from "./generate.ts";
import type { Learner } from "./learner.ts";
import { type MicroBatch, microBatchGradients } from "./micro_batch.ts";
import type { TokenLoss, UpdateOptions } from "./policy.ts";
import type { LossGradients } from "./token_loss_gradients.ts";

/** What computes for a policy: the engine of this thread, or workers with an engine each. */
export interface Computer {
  /** Threads that compute. */
  readonly workers: number;
  /** See the function of that name. */
  continuations(
    prompts: readonly PromptTokens[],
    options: GenerateOptions,
    signal?: AbortSignal,
  ): Promise<Generated[][]>;
  /**
   * The gradients of micro-batches, in their order; whoever iterates disposes of them. The order
   * in which the loss is called is not fixed.
   *
   * @throws {DOMException} "AbortError", between two micro-batches, if `signal` is aborted.
   */
  gradients<M>(
    batches: readonly MicroBatch[],
    loss: TokenLoss<M>,
    options: Pick<UpdateOptions, "temperature" | "reference">,
    signal?: AbortSignal,
  ): AsyncIterable<LossGradients<M>>;
  /** Ends what it has started. */
  dispose(): void;
}

/** The engine of this thread as a computer. */
export function ownEngine(learner: Learner): Computer {
  return {
    workers: 1,
    continuations: (...args) => continuations(learner, ...args),
    async *gradients(batches, loss, options, signal) {
      for (const batch of batches) {
        signal?.throwIfAborted();
        yield await microBatchGradients(learner, batch, loss, options);
      }
    },
    dispose: () => {},
  };
}
