/**
 * A worker's side of `startWorker`: an engine and a copy of the model on a thread of its own.
 *
 * @module
 */
import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { parentPort, workerData } from "node:worker_threads";
import { startBackend } from "../../engine/backend.ts";
import type { ModelFolder } from "../../model/folder/model_folder.ts";
import type { PromptTokens } from "../../model/prompt_tokens.ts";
import { continuations } from "../continuations.ts";
import { type Learner, startLearner } from "../learner.ts";
import { microBatchGradients } from "../micro_batch.ts";
import type { TokenLoss } from "../policy.ts";
import {
  CONTROL,
  type LearnTask,
  LOSS,
  type Reply,
  type SampleTask,
  type Task,
  type WorkerData,
} from "./protocol.ts";
import { fromShared, sharedCopy } from "./shared_prompt.ts";
import { readShared, writeShared } from "./shared_tensors.ts";

const data = workerData as WorkerData;
const { config, options, opened, adapter, trained, gradients } = data;
const control = new Int32Array(data.control);
const port = parentPort!;

function send(reply: Reply): void {
  port.postMessage(reply);
}

async function start(): Promise<Learner> {
  await startBackend("wasm");
  // Prompts come as tokens: of a model's folder, only the config is used.
  const folder = { config } as ModelFolder;
  return startLearner(folder, readShared(opened), options, adapter);
}

/** Copies the parameters that learn, if they have been rewritten. */
function refresh(learner: Learner, version: number): void {
  if (learner.version === version) return;
  tf.dispose([...learner.trained.values()]);
  for (const [name, tensor] of readShared(trained)) learner.trained.set(name, tensor);
  learner.version = version;
}

/** A task's prompts; the learner gets to know their vision features. */
function promptsOf(learner: Learner, { prompts, features }: Task): PromptTokens[] {
  return prompts.map((shared, i) => {
    const prompt = fromShared(shared), known = features[i];
    if (known !== undefined) learner.features?.set(prompt, new Float32Array(known));
    return prompt;
  });
}

/** Vision features that this task was the first to need. */
function seen(
  learner: Learner,
  prompts: readonly PromptTokens[],
  { features }: Task,
): Task["features"] {
  return prompts.map((prompt, i) => {
    const found = learner.features?.get(prompt);
    return features[i] === undefined && found !== undefined
      ? sharedCopy(found)
      : undefined;
  });
}

async function sample(learner: Learner, task: SampleTask): Promise<void> {
  const { id, options, keys } = task;
  const prompts = promptsOf(learner, task);
  const groups = await continuations(
    learner,
    prompts,
    { ...options, key: (prompt) => keys[prompt]! },
    {
      throwIfAborted() {
        if (Atomics.load(control, CONTROL.aborted) < id) return;
        throw new DOMException("The signal has been aborted", "AbortError");
      },
    },
  );
  send({ id, groups, features: seen(learner, prompts, task) });
}

async function learn(learner: Learner, task: LearnTask): Promise<void> {
  const { id, completions, temperature, reference } = task;
  const prompts = promptsOf(learner, task);
  const lossGradients = new Float32Array(task.lossGradients);
  const rows = prompts.map((prompt, i) => ({ prompt, completions: completions[i]! }));
  // The loss is a function of the thread that asked: this one waits for it.
  const loss: TokenLoss = (statistics) => {
    Atomics.store(control, CONTROL.loss, LOSS.awaited);
    send({ id, statistics });
    Atomics.wait(control, CONTROL.loss, LOSS.awaited);
    if (Atomics.load(control, CONTROL.loss) === LOSS.failed) {
      throw new Error("The loss could not be computed");
    }
    let at = 0;
    const gradients = statistics.map((
      { logProbs },
    ) => [...lossGradients.subarray(at, at += logProbs.length)]);
    return { loss: 0, gradients };
  };
  const found = await microBatchGradients(
    learner,
    { rows, first: 0 },
    loss,
    { temperature, reference },
  );
  const names = writeShared(gradients, found.gradients);
  tf.dispose([...found.gradients.values()]);
  send({ id, numTokens: found.numTokens, names, features: seen(learner, prompts, task) });
}

async function run(learner: Learner, task: Task): Promise<void> {
  refresh(learner, task.version);
  await (task.kind === "sample" ? sample(learner, task) : learn(learner, task));
}

function failed(id: number, error: unknown): void {
  const { name, message } = error instanceof Error || error instanceof DOMException
    ? error
    : new Error(String(error));
  send({ id, error: { name, message } });
}

// Standard output belongs to the run's records.
console.log = console.info = console.debug = console.error;
try {
  const learner = await start();
  port.on("message", (task: Task) => {
    run(learner, task).catch((error) => failed(task.id, error));
  });
  send({ id: 0, ready: true });
} catch (error) {
  failed(0, error);
}
