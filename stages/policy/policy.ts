import type { CoordinateFrame } from "../../data/geometry/frame.ts";
import type { TaughtPrompts } from "../../data/questions/prompt.ts";
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
   * Texts that are never completed: the last token of each is not drawn after its
   * other tokens, as with vLLM's `bad_words`. A text of one token is never drawn. The completions'
   * `logProbs` follow the restricted distribution, those of an update the unrestricted one.
   */
  readonly badWords?: readonly string[];
  /** Seeds the random numbers, with `step` and the question's id. */
  readonly seed: number;
  /** Goes into the records and into the key of the random numbers. */
  readonly step: number;
}

/** A completion as the learner needs it. */
export interface TokenSequence {
  /** The question whose prompt the tokens follow. */
  readonly question: Question;
  /** Tokens of the completion, with the end token. */
  readonly tokenIds: readonly number[];
}

/** Log-probability (nats) and entropy (nats) of each completion token under the current weights. */
export interface TokenStatistics {
  /** Log-probability of each token, nats. */
  readonly logProbs: readonly number[];
  /** Entropy of the distribution that each token was drawn from, nats. */
  readonly entropies: readonly number[];
  /** Log-probabilities under the frozen reference; absent if not requested. */
  readonly referenceLogProbs?: readonly number[];
}

/**
 * A loss as a function of the tokens' log-probabilities, with its gradient to each of them.
 *
 * It is called for each micro-batch; `first` is the index of the micro-batch's first sequence in
 * the list that `update` was given. It may be called again for the same one (the native engine
 * does so while it records a function): what it last returned counts.
 *
 * @typeParam M What the loss reports of each sequence.
 */
export type TokenLoss<M = unknown> = (
  statistics: readonly TokenStatistics[],
  first: number,
) => TokenLossValue<M>;

/** The value of a loss on a micro-batch. */
export interface TokenLossValue<M = unknown> {
  /** The loss of the micro-batch; those of all micro-batches add up to the loss. */
  readonly loss: number;
  /** ∂loss/∂logProb of every token, in the shape of the statistics. */
  readonly gradients: readonly (readonly number[])[];
  /** One record per sequence; `UpdateResult.metrics` holds those of all micro-batches. */
  readonly metrics?: readonly M[];
}

/** How one optimiser step is made. */
export interface UpdateOptions {
  /** Of this step. */
  readonly learningRate: number;
  /** Divides the logits before the log-probabilities are taken: the sampling temperature. */
  readonly temperature: number;
  /** Compute `referenceLogProbs`. */
  readonly reference: boolean;
}

/** What one optimiser step did. */
export interface UpdateResult<M = unknown> {
  /** Sum of the micro-batches' losses. */
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
   * they were. Absent if the step was made.
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
   * @throws {DOMException} "AbortError", between two tokens, if `signal` is aborted.
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

/** A policy that can be trained, saved and restored. */
export interface TrainablePolicy extends Policy {
  /** Threads that compute. Default: 1. */
  readonly workers?: number;
  /** The set of prompts that the model was trained with, as its folder says. */
  readonly prompts: TaughtPrompts;
  /** The frame in which the model states boxes for a question. Default: 0–1000. */
  frameOf?(question: Question): CoordinateFrame;
  /**
   * About how many bytes of memory a question and its answer take while it is asked. Default: not
   * known.
   */
  rowBytes?(question: Question, maxCompletionLength: number): number;
  /** The tokens of a completion that says `text`, with the end token. */
  encodeCompletion(text: string): readonly number[];
  /** Writes a published Qwen2-VL folder (with LoRA: a PEFT adapter) into an existing folder. */
  saveModel(folder: string): Promise<void>;
  /** Writes what an exact continuation needs (weights, moments, version) into an existing folder. */
  saveState(folder: string): Promise<void>;
  /** Restores what `saveState` wrote. */
  restoreState(folder: string): Promise<void>;
  /** Frees the tensors; the policy cannot be used afterwards. */
  dispose(): void;
}
