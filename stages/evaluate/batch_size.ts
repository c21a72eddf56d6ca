/** Bytes of tensors that the questions asked together may take. */
export const EVALUATION_BYTES = 2 ** 28;

/** More questions together make an evaluation no faster. */
export const MOST_TOGETHER = 128;

/** What `evaluationBatch` goes by. */
export interface EvaluationLoad {
  /** Questions to ask in all. */
  readonly count: number;
  /** Questions together at least: what a step samples together fits as well. */
  readonly least: number;
  /** Bytes that a question and its answer take; 0 if it is not known. */
  readonly rowBytes: number;
}

/**
 * How many questions an evaluation asks together: as many as fit in {@linkcode EVALUATION_BYTES},
 * from `least` to {@linkcode MOST_TOGETHER}, and then as evenly as possible over the batches.
 *
 * It depends on the model and the questions and not on the machine, so that a run gives the same
 * figures everywhere.
 *
 * @returns At least 1.
 *
 * @example
 * ```ts
 * import { evaluationBatch } from "./batch_size.ts";
 *
 * evaluationBatch({ count: 200, least: 16, rowBytes: 2e6 }); // 100: two batches, not 128 and 72
 * evaluationBatch({ count: 200, least: 16, rowBytes: 1e9 }); // 16
 * ```
 */
export function evaluationBatch({ count, least, rowBytes }: EvaluationLoad): number {
  const fitting = rowBytes > 0 ? Math.floor(EVALUATION_BYTES / rowBytes) : 0;
  const most = Math.max(least, Math.min(fitting, MOST_TOGETHER));
  // With the least there is nothing to even out: the caller said how many.
  if (most === least || count === 0) return least;
  return Math.max(least, Math.ceil(count / Math.ceil(count / most)));
}
