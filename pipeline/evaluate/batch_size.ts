import { askable } from "../../data/questions/askable.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import { evaluationBatch } from "../../stages/evaluate/batch_size.ts";
import type { TrainablePolicy } from "../../stages/policy/policy.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * How many questions of a source are asked together: as `evalBatchSize` says, or else as many as fit
 * in memory if all are like the first.
 *
 * @param samples Questions that are asked, at most.
 */
export async function evaluationBatchSize(
  policy: Pick<TrainablePolicy, "rowBytes">,
  source: QuestionSource,
  { evalBatchSize, rolloutBatchSize, maxCompletionLength }: Pick<
    Settings,
    "evalBatchSize" | "rolloutBatchSize" | "maxCompletionLength"
  >,
  samples: number,
): Promise<number> {
  if (evalBatchSize !== undefined) return evalBatchSize;
  const count = Math.min(samples, source.size);
  const first = count > 0 ? await askable(source, 0) : undefined;
  const rowBytes = first && policy.rowBytes?.(first, maxCompletionLength) || 0;
  return evaluationBatch({ count, least: rolloutBatchSize, rowBytes });
}
