/**
 * A worker's side of `workerPool`: an engine and a copy of the model on a thread of its own.
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
import { readShared, writeShared } from "./shared_tensors.ts";

const { config, options, opened, adapter, trained, gradients, control } =
  workerData as WorkerData;
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

/** Tells the learner the vision features that are known. */
function remember(learner: Learner, { prompts, features }: Task): void {
  prompts.forEach((prompt, i) => {
    if (features[i] !== undefined) learner.features?.set(prompt, features[i]);
  });
}

/** Vision features that this task was the first to need. */
function seen(learner: Learner, { prompts, features }: Task): Task["features"] {
  const found = (prompt: PromptTokens) => learner.features?.get(prompt);
  return prompts.map((prompt, i) =>
    features[i] === undefined ? found(prompt) : undefined
  );
}

async function sample(learner: Learner, task: SampleTask): Promise<void> {
  const { id, prompts, options, keys } = task;
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
  send({ id, groups, features: seen(learner, task) });
}

async function learn(learner: Learner, task: LearnTask): Promise<void> {
  const { id, prompts, completions, lossGradients, temperature, reference } = task;
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
  send({ id, numTokens: found.numTokens, names, features: seen(learner, task) });
}

async function run(learner: Learner, task: Task): Promise<void> {
  refresh(learner, task.version);
  remember(learner, task);
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
