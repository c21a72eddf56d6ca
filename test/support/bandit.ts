import { join } from "node:path";
import { uniform } from "../../data/random.ts";
import type { Question, QuestionSource } from "../../data/questions/question.ts";
import type { DataSets } from "../../pipeline/open/data_sets.ts";
import type { RunParts } from "../../pipeline/run/run_parts.ts";
import type { SettingsInput } from "../../pipeline/settings/settings.ts";
import type { TokenSequence } from "../../stages/policy/policy.ts";
import type { TrainablePolicy } from "../../stages/policy/policy.ts";
import type { Completion } from "../../stages/records.ts";

/** What a bandit can say; the first is right, the last has no form. */
export const TEXTS = [
  "<think>fur</think><answer>cat</answer>",
  "<think>fur</think><answer>dog</answer>",
  "<think>wool</think><answer>sheep</answer>",
  "a cat",
] as const;

const END = TEXTS.length;

/** A policy of one softmax over canned completions, with momentum; and what was asked of it. */
export interface Bandit extends TrainablePolicy {
  /** "sample <step>", "aborted <step>", "update" in the order of their ends, and "dispose". */
  readonly events: string[];
  readonly probabilities: readonly number[];
  readonly hash: string | undefined;
}

/** How a bandit is made to misbehave. */
export interface BanditOptions {
  /** Milliseconds that a sample takes. */
  readonly delay?: number;
  /** Throws in saveState after a half-written file, at this version. */
  readonly failsSavingAt?: number;
  /** Updates that are skipped, by number from 1. */
  readonly skips?: readonly number[];
  /** What it is made of, for resumed runs to compare. */
  readonly hash?: string;
}

export function bandit(
  { delay = 0, failsSavingAt, skips = [], hash }: BanditOptions = {},
): Bandit {
  const events: string[] = [];
  let logits = TEXTS.map(() => 0);
  let momentum = TEXTS.map(() => 0);
  const start = [...logits];
  let version = 0, updates = 0;

  const logProbs = ({ tokenIds }: TokenSequence, of: readonly number[]) =>
    tokenIds.map((id) => id === END ? 0 : Math.log(softmax(of)[id]!));

  return {
    events,
    hash,
    prompts: "short",
    get version() {
      return version;
    },
    get probabilities() {
      return softmax(logits);
    },
    async sample(questions, { numGenerations, seed, step, temperature }, signal) {
      signal?.throwIfAborted();
      await wait(delay, signal).catch((error) => {
        events.push(`aborted ${step}`);
        throw error;
      });
      events.push(`sample ${step}`);
      return questions.map((question) =>
        Array.from({ length: numGenerations }, (_, index): Completion => {
          const p = softmax(logits);
          const u = uniform(seed, step, Number(question.id.slice(1)), index);
          const id = temperature === 0 ? p.indexOf(Math.max(...p)) : drawn(p, u);
          return {
            id: `${step}/${question.id}/${index}`,
            step,
            question,
            index,
            text: TEXTS[id]!,
            tokenIds: [id, END],
            logProbs: [Math.log(p[id]!), 0],
            finish: "stop",
            policyVersion: version,
          };
        })
      );
    },
    async update(sequences, loss, { learningRate, reference }, signal) {
      await wait(0, signal);
      const statistics = sequences.map((sequence) => ({
        logProbs: logProbs(sequence, logits),
        entropies: sequence.tokenIds.map(() => 0),
        referenceLogProbs: reference ? logProbs(sequence, start) : undefined,
      }));
      const { loss: value, gradients, metrics = [] } = loss(statistics, 0);
      if (skips.includes(++updates)) {
        return {
          ...{ loss: NaN, gradNorm: NaN, entropy: 0, statistics, metrics },
          ...{ numTokens: 2 * sequences.length, skipped: "the loss is NaN" },
        };
      }
      const p = softmax(logits);
      const gradient = logits.map((_, j) =>
        sequences.reduce(
          (sum, { tokenIds: [id] }, i) =>
            sum + gradients[i]![0]! * ((id === j ? 1 : 0) - p[j]!),
          0,
        )
      );
      momentum = momentum.map((m, j) => 0.5 * m + gradient[j]!);
      logits = logits.map((logit, j) => logit - learningRate * momentum[j]!);
      version++;
      events.push("update");
      return {
        loss: value,
        gradNorm: Math.hypot(...gradient),
        entropy: 0,
        statistics,
        metrics,
        numTokens: 2 * sequences.length,
      };
    },
    encodeCompletion: (
      text,
    ) => [text.includes("cat") ? 0 : text.includes("dog") ? 1 : 2, END],
    saveModel: (folder) =>
      Deno.writeTextFile(join(folder, "model.json"), JSON.stringify({ logits })),
    async saveState(folder) {
      const file = join(folder, "state.json");
      if (version === failsSavingAt) {
        await Deno.writeTextFile(file, "{");
        throw new Error("The disk is full");
      }
      await Deno.writeTextFile(file, JSON.stringify({ logits, momentum, version }));
    },
    async restoreState(folder) {
      const state = JSON.parse(await Deno.readTextFile(join(folder, "state.json")));
      ({ logits, momentum, version } = state);
    },
    dispose: () => void events.push("dispose"),
  };
}

/** Questions whose right answer is a cat. */
export function cats(size: number): QuestionSource {
  return {
    name: "cats",
    size,
    manifest: { source: "cats", size },
    question: (index): Promise<Question> =>
      Promise.resolve({
        id: `q${index}`,
        images: [],
        prompt: "What is it?",
        target: { kind: "classification", label: "cat" },
      }),
  };
}

/** Settings of a quick run with a bandit. */
export const QUICK: SettingsInput = {
  steps: 4,
  batchSize: 3,
  rolloutBatchSize: 2,
  numGenerations: 4,
  learningRate: 1,
  warmupSteps: 0,
  evalSamples: 2,
};

/** The parts of a run that a bandit plays. */
export function partsOf(policy: Bandit, stop?: AbortSignal): RunParts {
  const data: DataSets = { train: cats(5), heldOut: cats(3), describe: "cats" };
  return {
    stop,
    openModel: () =>
      Promise.resolve({
        policy,
        backend: "wasm",
        description: "a bandit",
        ...policy.hash && { hash: () => Promise.resolve(policy.hash!) },
      }),
    openData: () => Promise.resolve(data),
  };
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map(Math.exp);
  const total = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / total);
}

function drawn(p: readonly number[], u: number): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    sum += p[i]!;
    if (u < sum) return i;
  }
  return p.length - 1;
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
