import type { Question } from "../../data/questions/question.ts";
import type { Completion } from "../records.ts";

/** How completions are drawn. */
export interface SamplingOptions {
  /** Completions per question, G. */
  readonly numGenerations: number;
  /** Divides the logits; 0 takes the likeliest token (greedy). */
  readonly temperature: number;
  /** Keep the k likeliest tokens; 0 keeps all. */
  readonly topK: number;
  /** Keep the smallest set of tokens whose probability reaches this; 1 keeps all. */
  readonly topP: number;
  /** Tokens a completion may have, the end token included. */
  readonly maxCompletionLength: number;
  /**
   * Texts that are never finished: of the tokens of each, the last is not drawn behind the
   * others, as with vLLM's `bad_words`. A text of one token is never drawn. The completions'
   * `logProbs` are of what could be drawn; those of an update are of the unrestricted model.
   */
  readonly badWords?: readonly string[];
  readonly seed: number;
  /** Goes into the records and into the key of the random numbers. */
  readonly step: number;
}

/** A completion as the learner needs it: the question whose prompt it follows, and its tokens. */
export interface TokenSequence {
  readonly question: Question;
  readonly tokenIds: readonly number[];
}

/** Log-probability (nats) and entropy (nats) of each completion token under the current weights. */
export interface TokenStatistics {
  readonly logProbs: readonly number[];
  readonly entropies: readonly number[];
  /** Log-probabilities under the frozen reference; absent where none was asked for. */
  readonly referenceLogProbs?: readonly number[];
}

/**
 * A loss as a function of the tokens' log-probabilities, with its gradient to each of them.
 *
 * Called once per micro-batch; `first` is the index of the micro-batch's first sequence in
 * the list that `update` was given.
 *
 * @typeParam M What the loss reports of each sequence beside its value.
 */
export type TokenLoss<M = unknown> = (
  statistics: readonly TokenStatistics[],
  first: number,
) => TokenLossValue<M>;

/** The value of a loss on a micro-batch. */
export interface TokenLossValue<M = unknown> {
  readonly loss: number;
  /** ∂loss/∂logProb of every token, in the shape of the statistics. */
  readonly gradients: readonly (readonly number[])[];
  /** One record per sequence; `UpdateResult.metrics` holds those of all micro-batches. */
  readonly metrics?: readonly M[];
}

/** How one optimiser step is made. */
export interface UpdateOptions {
  readonly learningRate: number;
  /** Divides the logits before the log-probabilities are taken: the sampling temperature. */
  readonly temperature: number;
  /** Compute `referenceLogProbs`. */
  readonly reference: boolean;
}

/** What one optimiser step did. */
export interface UpdateResult<M = unknown> {
  readonly loss: number;
  /** Global L2 norm of the gradient before clipping. */
  readonly gradNorm: number;
  /** Mean entropy of the completion tokens, nats. */
  readonly entropy: number;
  /** Statistics of every sequence, before the step. */
  readonly statistics: readonly TokenStatistics[];
  /** What the loss reported of every sequence, in order; empty if it reports nothing. */
  readonly metrics: readonly M[];
  /** Prompt and completion tokens that went through the model. */
  readonly numTokens: number;
  /**
   * Why no step was made: loss, gradient or new weights would not have been finite, or the
   * weights would have moved by more than their own size. Weights, moments and version are as
   * they were. Absent: the step was made.
   */
  readonly skipped?: string;
}

/** A model that answers questions and can be moved: the sampler and the learner in one. */
export interface Policy {
  /** Number of optimiser steps behind the current weights. */
  readonly version: number;

  /**
   * Draws G completions for each question.
   *
   * @returns One array of G completions per question, in order.
   * @throws {DOMException} "AbortError", between two tokens, where `signal` is aborted.
   */
  sample(
    questions: readonly Question[],
    options: SamplingOptions,
    signal?: AbortSignal,
  ): Promise<Completion[][]>;

  /**
   * One optimiser step on the gradient of `loss`, unless it would damage the weights: see
   * `UpdateResult.skipped`. Sequences of the same question that follow one another share the
   * computation of their prompt.
   */
  update<M>(
    sequences: readonly TokenSequence[],
    loss: TokenLoss<M>,
    options: UpdateOptions,
    signal?: AbortSignal,
  ): Promise<UpdateResult<M>>;
}
