import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { Question } from "../../data/questions/question.ts";
import type { Learner } from "./learner.ts";
import type { MicroBatch } from "./micro_batch.ts";
import type { TokenSequence } from "./policy.ts";
import { promptOf } from "./prompt_cache.ts";

/**
 * Parts of an update on the wasm engine, whose workers compute them side by side. The number is
 * fixed so that the sum of their gradients does not depend on the number of workers.
 */
export const PARTS = 8;

/** Consecutive sequences, the first of them at this index. */
interface Run {
  readonly first: number;
  readonly sequences: readonly TokenSequence[];
}

/**
 * Divides an update into micro-batches of at most `size` sequences; neighbours with one question
 * share a row.
 *
 * @param size 0 sets no limit.
 */
export function microBatches(
  learner: Learner,
  sequences: readonly TokenSequence[],
  size: number,
): MicroBatch[] {
  const parts = tf.getBackend() === "wasm" ? PARTS : 1;
  return inParts(sequences, parts).flatMap((part) => inRuns(part, size)).map((
    { first, sequences },
  ) => ({ first, rows: rowsOf(learner, sequences) }));
}

/** At most `parts` runs of about equal length; sequences with one question stay together. */
export function inParts(sequences: readonly TokenSequence[], parts: number): Run[] {
  const starts = sequences.flatMap(({ question }, i) =>
    question === sequences[i - 1]?.question ? [] : [i]
  );
  const partOf = (start: number) => Math.floor(start * parts / sequences.length);
  const firsts = starts.filter((start, i) =>
    i === 0 || partOf(start) !== partOf(starts[i - 1]!)
  );
  return firsts.map((first, i) => ({
    first,
    sequences: sequences.slice(first, firsts[i + 1]),
  }));
}

/** Runs of at most `size`. */
function inRuns({ first, sequences }: Run, size: number): Run[] {
  const step = size > 0 ? size : sequences.length;
  return Array.from({ length: Math.ceil(sequences.length / step) }, (_, i) => ({
    first: first + i * step,
    sequences: sequences.slice(i * step, (i + 1) * step),
  }));
}

function rowsOf(learner: Learner, sequences: readonly TokenSequence[]) {
  const rows: { question: Question; completions: (readonly number[])[] }[] = [];
  for (const { question, tokenIds } of sequences) {
    const last = rows.at(-1);
    if (last?.question === question) last.completions.push(tokenIds);
    else rows.push({ question, completions: [tokenIds] });
  }
  return rows.map(({ question, completions }) => ({
    prompt: promptOf(learner, question),
    completions,
  }));
}
