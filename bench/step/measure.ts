/**
 * Measures GRPO steps of one shape on one engine, in a process of its own, and writes a
 * `Measured` as JSON: see measured.ts.
 *
 * `deno run -A bench/step/measure.ts FOLDER SHAPE OPTIONS`, with FOLDER from `writeShapeFolder`
 * and OPTIONS the JSON of `MeasureOptions`.
 *
 * @module
 */
import { from, lastValueFrom, toArray } from "rxjs";
import { join } from "node:path";
import { decodeImage } from "../../data/pictures/image.ts";
import type { Question } from "../../data/questions/question.ts";
import { openModel } from "../../pipeline/open/open_model.ts";
import { SPECIAL_TOKENS } from "../../pipeline/pretrain/vocabulary.ts";
import { resolveSettings, type Settings } from "../../pipeline/settings/settings.ts";
import {
  normaliseOptions,
  rolloutOptions,
  updateOptions,
} from "../../pipeline/settings/stage_options.ts";
import { normaliseGroups } from "../../stages/advantage/normalise_groups.ts";
import { startBackend } from "../../stages/engine/backend.ts";
import { onPhase } from "../../stages/engine/phases.ts";
import { askQuestions } from "../../stages/evaluate/ask_questions.ts";
import { updatePolicy } from "../../stages/gradient/update_policy.ts";
import { openModelFolder } from "../../stages/model/folder/model_folder.ts";
import { FAMILIES } from "../../stages/model/families.ts";
import type { Qwen2VlConfig } from "../../stages/model/qwen2_vl/config.ts";
import { parseAnswers } from "../../stages/parse/parse_answers.ts";
import type { TrainablePolicy } from "../../stages/policy/policy.ts";
import type { Reward } from "../../stages/records.ts";
import { scoreRewards } from "../../stages/reward/score_rewards.ts";
import { rollout } from "../../stages/rollout/rollout.ts";
import { loraTargets } from "../../stages/adapter/lora_targets.ts";
import type { WrittenQuestion } from "../checkpoint/shape_folder.ts";
import { type Shape, shapeOf } from "../shapes.ts";
import { stepFlops } from "./flops.ts";
import { matmulRate } from "./matmul_rate.ts";
import type { Measured, MeasureOptions } from "./measured.ts";
import { countOperations } from "./operations.ts";
import { forgetPeak, peakBytes } from "./peak_memory.ts";
import { type PhaseClock, phaseClock, type Spent } from "./phase_clock.ts";

/** Pays for vowels: a reward that tells the answers of an untrained model apart. */
const vowels: Reward = ({ text }) =>
  [...text].filter((letter) => "aeiou".includes(letter)).length / (1 + text.length);

/** None of these is ever drawn, so that no answer ends early. */
const BAD_WORDS = [...SPECIAL_TOKENS];

function settingsOf(folder: string, shape: Shape, options: MeasureOptions): Settings {
  return resolveSettings({
    model: folder,
    backend: options.engine,
    batchSize: shape.questions,
    numGenerations: shape.numGenerations,
    maxCompletionLength: shape.newTokens,
    loraR: shape.loraR,
    loraTargetModules: shape.loraTargetModules,
    learningRate: 1e-6,
    warmupSteps: 0,
  }, options.settings ?? {});
}

/** The questions of a folder, made anew at each call: nothing is known of them. */
async function questionAt(folder: string, index: number, step: number) {
  const written: WrittenQuestion[] = JSON.parse(
    await Deno.readTextFile(join(folder, "questions.json")),
  );
  const { image, prompt } = written[index % written.length]!;
  const question: Question = {
    id: `${index}/${step}`,
    images: [await decodeImage(join(folder, image))],
    prompt,
    target: { kind: "classification", label: "cat" },
  };
  return question;
}

/** Numbers of the model at hand, and what of them learns. */
function sizesOf(config: Qwen2VlConfig, settings: Settings) {
  const shapes = FAMILIES[config.modelType].expectedShapes(config);
  const parameters = [...shapes.values()].reduce((sum, shape) => sum + product(shape), 0);
  if (settings.loraR === 0) return { parameters, trained: { parameters, adapters: 0 } };
  const layers = loraTargets(
    [...shapes].map(([name, shape]) => ({ name, shape })),
    settings.loraTargetModules,
    settings.freezeVision,
  );
  const adapters = layers.reduce((sum, layer) => {
    const [out, inputs] = shapes.get(`${layer}.weight`)!;
    return sum + settings.loraR * (out! + inputs!);
  }, 0);
  return { parameters, trained: { parameters: adapters, adapters } };
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** One step as a run makes it, less its files. */
async function makeStep(
  policy: TrainablePolicy,
  settings: Settings,
  folder: string,
  step: number,
  clock: PhaseClock,
  peaks: { rollout: number; update: number },
): Promise<void> {
  clock.enter("questions");
  const first = (step - 1) * settings.batchSize;
  const questions = await Promise.all(
    Array.from(
      { length: settings.batchSize },
      (_, i) => questionAt(folder, first + i, step),
    ),
  );
  forgetPeak();
  clock.enter("rollout, rest");
  const completions = await lastValueFrom(
    from(questions).pipe(
      rollout(policy, { ...rolloutOptions(settings, step), badWords: BAD_WORDS }),
      toArray(),
    ),
  );
  clock.enter("parse and score");
  peaks.rollout = peakBytes();
  forgetPeak();
  const groups = await lastValueFrom(
    from(completions).pipe(
      parseAnswers(),
      scoreRewards(() => ({ vowels })),
      normaliseGroups(normaliseOptions(settings)),
      toArray(),
    ),
  );
  clock.enter("update, rest");
  await lastValueFrom(
    from(groups).pipe(updatePolicy(policy, updateOptions(settings, step))),
  );
  const ended = completions.find(({ tokenIds }) =>
    tokenIds.length !== settings.maxCompletionLength
  );
  if (ended) throw new Error(`${ended.id} has ${ended.tokenIds.length} tokens`);
}

/** Greedy answers to questions that are not those of the steps. */
async function evaluate(
  policy: TrainablePolicy,
  settings: Settings,
  folder: string,
  samples: number,
) {
  const { seed, topK, topP, maxCompletionLength, rolloutBatchSize } = settings;
  const source = {
    name: "questions",
    size: samples,
    manifest: {},
    question: (index: number) => questionAt(folder, index, 0),
  };
  const answers = await lastValueFrom(
    askQuestions(policy, source, {
      samples,
      temperature: settings.evalTemperature,
      badWords: BAD_WORDS,
      ...{ seed, topK, topP, maxCompletionLength, rolloutBatchSize },
    }, (question) => question).pipe(toArray()),
  );
  return answers.length;
}

async function measure(
  folder: string,
  shapeName: string,
  options: MeasureOptions,
): Promise<Measured> {
  const shape = shapeOf(shapeName);
  const settings = settingsOf(folder, shape, options);
  await startBackend(options.engine, settings);
  const operations = countOperations();
  const rate = matmulRate();
  const clock = phaseClock({ operations });
  forgetPeak();
  clock.enter("load");
  const { policy, description } = await openModel(settings, true);
  const load = clock.take().get("load")!;
  const peak = { load: peakBytes(), rollout: 0, update: 0 };
  const { config, close } = await openModelFolder(folder);
  close();
  const { parameters, trained } = sizesOf(config, settings);
  const steps: [string, Spent][][] = [];
  for (let step = 1; step <= options.warmUp + options.steps; step++) {
    onPhase(clock.enter);
    const peaks = { rollout: 0, update: 0 };
    await makeStep(policy, settings, folder, step, clock, peaks);
    onPhase(undefined);
    steps.push([...clock.take()]);
    peak.rollout = Math.max(peak.rollout, peaks.rollout);
    peak.update = Math.max(peak.update, peakBytes());
  }
  const ask = async () => {
    clock.enter("evaluation");
    const questions = await evaluate(policy, settings, folder, shape.evaluated);
    return { ...clock.take().get("evaluation")!, questions };
  };
  if (options.evaluate && options.warmUp > 0) await ask();
  const evaluation = options.evaluate ? await ask() : undefined;
  policy.dispose();
  return {
    shape: shapeName,
    engine: description,
    parameters,
    trained,
    flops: stepFlops(config, shape, trained),
    rate,
    load,
    steps,
    warmUp: options.warmUp,
    tokens: shape.questions * shape.numGenerations * shape.newTokens,
    evaluation,
    peak,
    loadAverage: Deno.loadavg()[0]!,
  };
}

const [folder, shape, options] = Deno.args;
try {
  console.log(JSON.stringify(await measure(folder!, shape!, JSON.parse(options!))));
} catch (error) {
  console.error((error as Error).message);
  Deno.exit(1);
}
