import { concatAll, concatMap, defer, filter, type Observable } from "npm:rxjs@7.8.2";
import { promptsFor } from "../../data/questions/prompt.ts";
import { answerQuestions, type EvaluateOptions } from "../../stages/evaluate/evaluate.ts";
import { figuresOf } from "../../stages/evaluate/figures.ts";
import { fromAbortable } from "../../stages/from_abortable.ts";
import { evaluationBatchSize } from "../evaluate/batch_size.ts";
import {
  type EvaluationResult,
  keep,
  keptPlace,
  readKept,
} from "../evaluate/kept_evaluation.ts";
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

/**
 * Asks questions and writes the answers; the record of what they are worth is not written yet. What
 * an untrained model answers may be known from another run.
 */
function evaluated(
  run: OpenedRun,
  probe: Probe,
  step: number,
): Observable<EvaluationRecord> {
  const { data, lines, settings, stop } = run;
  const { split } = probe;
  const ask = async (signal: AbortSignal) => {
    const options = await optionsOf(run, probe);
    const place = placeOf(run, probe, options);
    const kept = place === undefined ? undefined : await readKept(place);
    if (kept !== undefined) return kept;
    const result = await answered(run, probe, options, step, signal);
    if (place !== undefined) await keep(place, result);
    return result;
  };
  return fromAbortable(ask, stop).pipe(
    concatMap(async ({ answers, figures }): Promise<EvaluationRecord> => {
      await lines.answers.append(answers.map((row) => (
        { ...row, id: `${step}/${split}/${row.question}`, step, split }
      )));
      return {
        type: "evaluation",
        step,
        split,
        protocol: settings.protocol,
        ...data.skipped && { skipped: data.skipped() },
        figures,
      };
    }),
  );
}

async function answered(
  { policy, settings, targetKinds }: OpenedRun,
  { split, source }: Probe,
  options: EvaluateOptions,
  step: number,
  signal: AbortSignal,
): Promise<EvaluationResult> {
  const { asked, notAsked } = await answerQuestions(policy, source, options, signal);
  return {
    figures: figuresOf(asked, notAsked, settings.thinking, targetKinds),
    answers: asked.map((answer) => answerRow(step, split, answer)),
  };
}

async function optionsOf(
  { policy, settings, ownRewards, targetKinds }: OpenedRun,
  { source, samples = settings.evalSamples, banNoObjects }: Probe,
) {
  return evaluateOptions(settings, {
    samples,
    rewards: ownRewards,
    targetKinds,
    prompts: promptsFor(policy.prompts, settings.thinking),
    banNoObjects,
    rolloutBatchSize: await evaluationBatchSize(policy, source, settings, samples),
  });
}

/** Where the answers are kept: of a model that is not trained yet, unless code of the caller's decides. */
function placeOf(
  { policy, data, settings, made, config, ownRewards, targetKinds }: OpenedRun,
  { source: { manifest } }: Probe,
  { rewards: _, targetKinds: __, ...options }: EvaluateOptions,
): string | undefined {
  const isKnown = policy.version === 0 && made.model !== undefined &&
    data.skipped === undefined &&
    Object.keys(ownRewards).length + Object.keys(targetKinds).length === 0;
  if (settings.evalCache === undefined || !isKnown) return undefined;
  const { version, model } = { ...made, model: made.model! };
  const origin = { version, engine: config.engine, model, settings, options, manifest };
  return keptPlace(settings.evalCache, origin);
}
