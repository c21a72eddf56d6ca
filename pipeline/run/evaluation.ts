import { concatAll, concatMap, defer, filter, type Observable } from "npm:rxjs@7.8.2";
import { promptsFor } from "../../data/questions/prompt.ts";
import { answerQuestions } from "../../stages/evaluate/evaluate.ts";
import { figuresOf } from "../../stages/evaluate/figures.ts";
import { fromAbortable } from "../../stages/from_abortable.ts";
import type { Probe } from "../open/data_sets.ts";
import { answerRow } from "../run_folder/answer_row.ts";
import type { AlarmRecord, EvaluationRecord } from "../run_folder/metrics.ts";
import { HELD_OUT } from "../run_folder/splits.ts";
import { evaluateOptions } from "../settings/stage_options.ts";
import type { Journal } from "./journal.ts";
import type { OpenedRun } from "./opened_run.ts";

/** Evaluates the policy on the held-out questions, as of a step; writes and emits the record. */
export function evaluation(
  run: OpenedRun,
  journal: Journal,
  step: number,
): Observable<EvaluationRecord | AlarmRecord> {
  return evaluated(run, { split: HELD_OUT, source: run.data.heldOut }, step).pipe(
    concatMap((record) => {
      const { figures } = record;
      const before = step === 0 ? figures : journal.progress.before;
      return journal.write<EvaluationRecord | AlarmRecord>(
        [record, ...run.badImages(step)],
        { evaluated: true, before, latest: figures },
      );
    }),
    concatAll(),
  );
}

/** Evaluates the policy once on each probe that has not been asked yet, as of the last step. */
export function probes(run: OpenedRun, journal: Journal): Observable<EvaluationRecord> {
  const { data, settings: { steps, evalSamples } } = run;
  return defer(() => evalSamples === 0 ? [] : data.probes ?? []).pipe(
    filter(({ split }) => !journal.progress.probed.includes(split)),
    concatMap((probe) => evaluated(run, probe, steps)),
    concatMap((record) =>
      journal.write([record], { probed: [...journal.progress.probed, record.split] })
    ),
    concatAll(),
  );
}

/** Asks questions and writes the answers; the record of what they are worth is not written yet. */
function evaluated(
  { policy, data, lines, settings, ownRewards, targetKinds, stop }: OpenedRun,
  { split, source, samples, banNoObjects }: Probe,
  step: number,
): Observable<EvaluationRecord> {
  const options = evaluateOptions(settings, {
    samples,
    rewards: ownRewards,
    targetKinds,
    prompts: promptsFor(policy.prompts, settings.thinking),
    banNoObjects,
  });
  return fromAbortable(
    (signal) => answerQuestions(policy, source, options, signal),
    stop,
  ).pipe(
    concatMap(async ({ asked, notAsked }): Promise<EvaluationRecord> => {
      await lines.answers.append(asked.map((answer) => answerRow(step, split, answer)));
      return {
        type: "evaluation",
        step,
        split,
        protocol: settings.protocol,
        ...data.skipped && { skipped: data.skipped() },
        figures: figuresOf(asked, notAsked, settings.thinking, targetKinds),
      };
    }),
  );
}
