import { concatMap, map, toArray } from "npm:rxjs@7.8.2";
import type { Question } from "../../data/questions/question.ts";
import { fromAbortable } from "../../stages/from_abortable.ts";
import { learningRate } from "../../stages/gradient/learning_rate.ts";
import { sftTokenLoss } from "../../stages/gradient/sft_loss.ts";
import { formatSolution } from "../../stages/parse/format_solution.ts";
import type { TokenSequence } from "../../stages/policy/policy.ts";
import type { Figures } from "../../stages/records.ts";
import { targetKind } from "../../stages/reward/target_kind.ts";
import { scheduleOptions } from "../settings/stage_options.ts";
import type { OpenedRun } from "./opened_run.ts";
import type { MakeStep } from "./training_step.ts";

/** A step of supervised fine-tuning: from a batch of questions with their labels to one update. */
export function sftStep(run: OpenedRun): MakeStep {
  return (questions, step) =>
    questions.pipe(
      map((question) => labelled(run, question)),
      toArray(),
      concatMap((sequences) =>
        fromAbortable((signal) => update(run, step, sequences, signal))
      ),
    );
}

/** A question with the tokens of its solution, which are learnt. */
function labelled(
  { policy, targetKinds, settings: { targets } }: OpenedRun,
  question: Question,
): TokenSequence {
  const { target, reasoning } = question;
  const solution = formatSolution(
    target,
    targets === "full" ? reasoning : undefined,
    policy.frameOf?.(question),
    ({ name, truth }) => targetKind(name, targetKinds).solution?.(truth),
    question.form,
  );
  return { question, tokenIds: policy.encodeCompletion(solution) };
}

async function update(
  { policy, settings }: OpenedRun,
  step: number,
  sequences: readonly TokenSequence[],
  signal: AbortSignal,
): Promise<Figures> {
  const rate = learningRate(step, scheduleOptions(settings));
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
