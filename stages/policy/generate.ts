import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { uniform } from "../../data/random.ts";
import { enterPhase } from "../engine/phases.ts";
import type { PromptTokens } from "../model/prompt_tokens.ts";
import type { Qwen2VlConfig } from "../model/qwen2_vl/config.ts";
import { decode } from "../model/qwen2_vl/decode.ts";
import { decoderWeights } from "../model/qwen2_vl/decoder_weights.ts";
import { disposeCache, keepCompletions } from "../model/qwen2_vl/kv_cache.ts";
import { prefill } from "../model/qwen2_vl/prefill.ts";
import { keptRows } from "./kept_rows.ts";
import { sampleToken, type TokenSampling } from "./sample_token.ts";
import type { Weights } from "../model/weights/weights.ts";

/** How continuations are generated. */
export interface GenerateOptions extends TokenSampling {
  /** Continuations of each prompt, G. */
  readonly numGenerations: number;
  /** Tokens that a continuation may have, the end token included. */
  readonly maxCompletionLength: number;
  /** Tokens that end a continuation. */
  readonly endTokens: readonly number[];
  /** Sequences whose last token is never drawn after the others. */
  readonly badWords: readonly (readonly number[])[];
  /** Ids from here on have no token in the vocabulary and are never drawn. */
  readonly tokenizerSize: number;
  /**
   * Key of the random number of a draw: `uniform(...key(prompt), completion, position)`,
   * so that a draw does not depend on the rest of the batch.
   */
  readonly key: (prompt: number) => readonly number[];
}

/** One continuation of a prompt. */
export interface Generated {
  /** With the end token, if it was drawn. */
  readonly tokenIds: number[];
  /** Log-probability of each token at the sampling temperature, nats. */
  readonly logProbs: number[];
  readonly finish: "stop" | "length";
}

/**
 * Samples G continuations of every prompt in one batch; each prompt goes through the
 * model a single time.
 *
 * @param visionFeatures Features of the images of all prompts in order, [tokens, hiddenSize];
 * not disposed of.
 * @returns G continuations for each prompt.
 * @throws {DOMException} "AbortError", between two tokens, if `signal` is aborted.
 */
export async function generate(
  weights: Weights,
  config: Qwen2VlConfig,
  prompts: readonly PromptTokens[],
  visionFeatures: tf.Tensor2D | undefined,
  options: GenerateOptions,
  signal?: Pick<AbortSignal, "throwIfAborted">,
): Promise<Generated[][]> {
  const { numGenerations, maxCompletionLength, endTokens, tokenizerSize } = options;
  const total = prompts.length * numGenerations;
  const running: Generated[] = Array.from(
    { length: total },
    () => ({ tokenIds: [], logProbs: [], finish: "length" }),
  );
  // Which continuation each row of the cache holds.
  let held = [...running.keys()];
  enterPhase("prefill");
  using prepared = decoderWeights(weights, config);
  let { logits, cache } = prefill(
    prepared,
    config,
    prompts,
    visionFeatures,
    numGenerations,
    maxCompletionLength,
  );
  try {
    for (let position = 0; position < maxCompletionLength; position++) {
      const values = await logits.data() as Float32Array;
      enterPhase("sampling");
      signal?.throwIfAborted();
      const width = logits.shape[1];
      const goOn: number[] = [];
      held.forEach((i, at) => {
        if (running[i]!.finish === "stop") return;
        const prompt = Math.floor(i / numGenerations), completion = i % numGenerations;
        // Before the first token, the continuations of a prompt share its row.
        const start = (position === 0 ? prompt : at) * width;
        const row = values.subarray(start, start + Math.min(width, tokenizerSize));
        forbid(row, running[i]!.tokenIds, options);
        const u = uniform(...options.key(prompt), completion, position);
        const { token, logProb } = sampleToken(row, options, u);
        running[i]!.tokenIds.push(token);
        running[i]!.logProbs.push(logProb);
        if (endTokens.includes(token)) running[i] = { ...running[i]!, finish: "stop" };
        else goOn.push(at);
      });
      if (position + 1 === maxCompletionLength || goOn.length === 0) break;
      enterPhase("decode");
      const kept = keptRows(goOn, held.length);
      if (kept !== undefined) {
        cache = keepCompletions(cache, kept);
        held = kept.map((at) => held[at]!);
      }
      const next = decode(
        prepared,
        config,
        cache,
        Int32Array.from(held, (i) => running[i]!.tokenIds.at(-1)!),
        Int32Array.from(
          held,
          (i) => prompts[Math.floor(i / numGenerations)]!.nextPosition + position,
        ),
      );
      logits.dispose();
      ({ logits, cache } = next);
    }
  } finally {
    logits.dispose();
    disposeCache(cache);
  }
  return prompts.map((_, p) =>
    running.slice(p * numGenerations, (p + 1) * numGenerations)
  );
}

/** Makes the last tokens of begun bad words impossible. */
function forbid(
  row: Float32Array,
  before: readonly number[],
  { badWords }: GenerateOptions,
) {
  for (const word of badWords) {
    const start = before.length - word.length + 1;
    const isBegun = start >= 0 &&
      word.every((token, i) => i === word.length - 1 || before[start + i] === token);
    if (isBegun) row[word.at(-1)!] = -Infinity;
  }
}
