import { concatMap, map, type Observable, range, toArray } from "npm:rxjs@7.8.2";
import { fromAbortable } from "../../stages/from_abortable.ts";
import { sftTokenLoss } from "../../stages/gradient/sft_loss.ts";
import { formatSolution } from "../../stages/parse/format_solution.ts";
import type { TokenSequence } from "../../stages/policy/policy.ts";
import type { Figures } from "../../stages/records.ts";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import type { RunParts, StepContext } from "./open_run.ts";
import { run } from "./run.ts";
import { learningRate } from "../../stages/gradient/learning_rate.ts";
import type { SettingsInput } from "../settings/settings.ts";

/**
 * Supervised fine-tuning on the same questions as `train`, as the thing to compare it with.
 *
 * The label is the target alone, `<answer>…</answer>`: what `train` learns from, and no more. With
 * the setting `targets` "full" the reasoning text that the data holds goes in front,
 * `<think>…</think>`; a question without one gets the answer alone.
 * Settings, records, run folder and hazards are those of `train`, less what concerns sampling.
 *
 * @example
 * ```ts
 * import { fineTune } from "./sft.ts";
 *
 * function watch() {
 *   return fineTune({ steps: 20 }).subscribe((record) => {
 *     if (record.type === "step") record.loss; // falls
 *   });
 * }
 * ```
 */
export function fineTune(
  settings: SettingsInput = {},
  parts: RunParts = {},
): Observable<MetricsRecord> {
  return run("sft", settings, parts, sftStep);
}

/** One step: a batch of questions with their labels to one update, and its figures. */
function sftStep(context: StepContext, step: number): Observable<Figures> {
  const { policy, questionAt, settings: { batchSize, targets } } = context;
  return range((step - 1) * batchSize, batchSize).pipe(
    concatMap((place) => questionAt(place)),
    map((question): TokenSequence => ({
      question,
      tokenIds: policy.encodeCompletion(
        formatSolution(
          question.target,
          targets === "full" ? question.reasoning : undefined,
          policy.frameOf?.(question),
        ),
      ),
    })),
    toArray(),
    concatMap((sequences) =>
      fromAbortable((signal) => update(context, step, sequences, signal))
    ),
  );
}

async function update(
  { policy, settings }: StepContext,
  step: number,
  sequences: readonly TokenSequence[],
  signal: AbortSignal,
): Promise<Figures> {
  const rate = learningRate(step, settings);
  const tokens = sequences.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
  const { loss, gradNorm, entropy, numTokens } = await policy.update(
    sequences,
    sftTokenLoss(tokens),
    { learningRate: rate, temperature: 1, reference: false },
    signal,
  );
  return {
    loss,
    grad_norm: gradNorm,
    entropy,
    learning_rate: rate,
    num_tokens: numTokens,
  };
}
