import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { parseConfig } from "../../stages/model/qwen2_vl/config.ts";
import { initialWeights } from "../../stages/model/qwen2_vl/initial_weights.ts";
import { writeSafetensors } from "../../stages/model/safetensors/write.ts";
import { checkUnused } from "../run_folder/check_unused.ts";
import { writeFolder } from "../../data/files/write_folder.ts";
import { batchQueue } from "./batch_queue.ts";
import {
  type PretrainCheckpoint,
  readCheckpoint,
  type StoredParameter,
  writeCheckpoint,
} from "./pretrain_checkpoint.ts";
import { initialiseCoordinates } from "./coordinate_embeddings.ts";
import { embeddedVocabulary } from "./embedded_tools.ts";
import { figures } from "./figures.ts";
import { learner } from "./pretrain_learner.ts";
import { initialHeads } from "./losses.ts";
import { IMAGE_SIDE, modelConfig, modelFiles } from "./model_files.ts";
import { type Objective, objective } from "./objective.ts";
import { cosineRate } from "./cosine_rate.ts";
import { type Stage, stages } from "./stages.ts";
import { tokenKinds } from "./token_targets.ts";

/** Settings of a pre-training run; the backend is started by the caller. */
export interface PretrainOptions {
  /** Folder of the run: checkpoints, and the model at the end. */
  readonly out: string;
  readonly seed: number;
  /** Multiplies the number of steps of every stage. */
  readonly scale: number;
  /** Resume from `out`/checkpoint. */
  readonly resume: boolean;
}

/** One line of the log: means over the steps since the line before. */
export interface PretrainLine {
  readonly type: "step" | "done";
  readonly stage: string;
  readonly step: number;
  readonly seconds: number;
  readonly [figure: string]: number | string;
}

/** Steps from one line of the log to the next. */
const LOG_EVERY = 10;
const WORDS = "model.embed_tokens.weight";
const SECONDS_BETWEEN_CHECKPOINTS = 120;

/**
 * Trains the embedded model from nothing, stage by stage, and writes it to `out`/model.
 *
 * Keeps a checkpoint in `out`/checkpoint, and one of the end of each stage in
 * `out`/after-STAGE.
 *
 * @throws {Error} Without `resume`, if `out` is not empty.
 * @throws {Deno.errors.NotFound} With `resume`, if there is no checkpoint.
 * @throws {RangeError} With `resume`, if the checkpoint is of another seed or scale.
 */
export async function* pretrain(
  { out, seed, scale, resume }: PretrainOptions,
): AsyncGenerator<PretrainLine> {
  const { vocabulary, names } = embeddedVocabulary();
  const config = parseConfig(modelConfig(vocabulary), "config.json");
  const kinds = tokenKinds(vocabulary);
  const nameIds = Int32Array.from(names.all, vocabulary.id);
  const patchesAlong = IMAGE_SIDE / config.vision.patchSize;
  if (!resume) await checkUnused(out, "option resume continues what is in it");
  const start = resume ? await readCheckpoint(`${out}/checkpoint`) : undefined;
  if (start && (start.progress.seed !== seed || start.progress.scale !== scale)) {
    const { seed, scale } = start.progress;
    throw new RangeError(
      `The checkpoint in ${out} has seed ${seed} and scale ${scale}: resume with the same`,
    );
  }

  // Heads that a checkpoint does not know begin fresh.
  let parameters: ReadonlyMap<string, StoredParameter> = new Map([
    ...await freshParameters(),
    ...start?.parameters ?? [],
  ]);
  let moments = start?.moments;
  let spent = start?.progress.seconds ?? 0;
  let clock = performance.now();
  const seconds = () => {
    const now = performance.now();
    spent += (now - clock) / 1000;
    clock = now;
    return spent;
  };

  async function freshParameters(): Promise<ReadonlyMap<string, StoredParameter>> {
    const tensors = new Map([
      ...initialWeights(config, seed),
      ...initialHeads(config.text.hiddenSize, seed),
    ]);
    const fresh = await stored(tensors);
    tf.dispose([...tensors.values()]);
    initialiseCoordinates(
      fresh.get(WORDS)!.data,
      config.text.hiddenSize,
      kinds,
      seed,
    );
    return fresh;
  }

  const plan = stages(scale);
  for (let index = start?.progress.stage ?? 0; index < plan.length; index++) {
    const stage = plan[index]!;
    let step = index === start?.progress.stage ? start.progress.step : 0;
    const names = [...parameters.keys()].filter((name) => trains(stage, name)).sort();
    const tensor = (name: string) => {
      const { data, shape } = parameters.get(name)!;
      return [name, tf.tensor(data, [...shape], "float32")] as const;
    };
    const initial = new Map(names.map(tensor));
    const model = learner(initial, stage.weightDecay, moments);
    tf.dispose([...initial.values()]);
    moments = undefined;
    const save = async (folder: string, done: boolean) => {
      parameters = new Map([...parameters, ...await stored(model.weights)]);
      const checkpoint: PretrainCheckpoint = {
        progress: {
          seed,
          scale,
          stage: done ? index + 1 : index,
          step: done ? 0 : step,
          seconds: seconds(),
        },
        parameters,
        moments: done ? undefined : await model.moments(),
      };
      await writeCheckpoint(folder, checkpoint);
    };

    let logged: Record<string, number>[] = [];
    let saved = performance.now();
    let began = performance.now();
    for await (const batch of batchQueue(seed, stage, step)) {
      const last = step + 1 === stage.schedule.steps;
      const log = (step + 1) % LOG_EVERY === 0 || last;
      const rate = cosineRate(step, stage.schedule);
      let parts: Record<string, number> = {}, extra: Record<string, number> = {};
      const gradNorm = await model.step(
        (weights) =>
          objective(
            weights,
            config,
            nameIds,
            [1, patchesAlong, patchesAlong],
            batch,
            kinds,
          ),
        rate,
        (built) => {
          parts = partValues(built);
          if (log) extra = figures(built, batch);
        },
      );
      logged.push({ ...parts, grad_norm: gradNorm });
      step++;
      if (!Number.isFinite(gradNorm)) {
        throw new Error(
          `The gradient is ${gradNorm} at step ${step} of stage ${stage.name}: lower the rate`,
        );
      }
      if (log) {
        const elapsed = (performance.now() - began) / 1000;
        yield {
          type: "step",
          stage: stage.name,
          step,
          seconds: seconds(),
          ...means(logged),
          ...extra,
          learning_rate: rate,
          images_per_second: logged.length * stage.pictures / elapsed,
          tensors: tf.memory().numTensors,
        };
        logged = [];
        began = performance.now();
      }
      if (!last && performance.now() - saved > SECONDS_BETWEEN_CHECKPOINTS * 1000) {
        await save(`${out}/checkpoint`, false);
        saved = began = performance.now();
      }
    }
    await save(`${out}/after-${stage.name}`, true);
    await save(`${out}/checkpoint`, true);
    model.dispose();
  }

  const saved = [...parameters].filter(([name]) => !name.startsWith("heads."));
  await writeFolder(`${out}/model`, async (folder) => {
    for (const [name, text] of modelFiles(vocabulary)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await writeSafetensors(
      `${folder}/model.safetensors`,
      saved.map(([name, parameter]) => ({ name, ...parameter })),
    );
  });
  yield {
    type: "done",
    stage: "all",
    step: 0,
    seconds: seconds(),
    parameters: saved.reduce((sum, [, { data }]) => sum + data.length, 0),
  };
}

function trains(stage: Stage, name: string): boolean {
  return stage.questions || name === WORDS || name.startsWith("visual.") ||
    name.startsWith("heads.") && !/box|corners/.test(name);
}

function partValues({ loss, parts }: Objective): Record<string, number> {
  const names = ["loss", ...Object.keys(parts)];
  const values = tf.tidy(() =>
    tf.stack([loss, ...Object.values(parts)]).dataSync<"float32">()
  );
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
}

async function stored(
  tensors: ReadonlyMap<string, tf.Tensor>,
): Promise<Map<string, StoredParameter>> {
  const parameters = new Map<string, StoredParameter>();
  for (const [name, tensor] of tensors) {
    const data = await tensor.data<"float32">();
    parameters.set(name, { shape: tensor.shape, data: Float32Array.from(data) });
  }
  return parameters;
}

/** Means of the figures of several steps, by name. */
function means(
  steps: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const figures of steps) {
    for (const [name, value] of Object.entries(figures)) {
      sums[name] = (sums[name] ?? 0) + value / steps.length;
    }
  }
  return sums;
}
