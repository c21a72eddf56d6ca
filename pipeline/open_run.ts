import { join, resolve } from "node:path";
import deno from "../deno.json" with { type: "json" };
import { promptsFor } from "../data/prompt.ts";
import type { Question } from "../data/question.ts";
import type { Group, Reward } from "../stages/records.ts";
import { chooseRewards } from "../stages/reward/choose_rewards.ts";
import { checkRewardWeights } from "../stages/reward/reward_weights.ts";
import type { TrainablePolicy } from "../stages/policy/trainable_policy.ts";
import { NO_MEMORY } from "./alarms.ts";
import { checkReasoning } from "./check_reasoning.ts";
import { checkUnused } from "./check_unused.ts";
import { type FoundCheckpoint, keepOnly, type Progress } from "./checkpoint.ts";
import { dataManifest } from "./data_manifest.ts";
import { WITHOUT_NO_OBJECTS } from "./evaluate/splits.ts";
import type { Fetching } from "./hub/fetching.ts";
import { type JsonLines, openJsonLines } from "./json_lines.ts";
import type { ConfigRecord } from "./metrics.ts";
import { loadRewards, type OwnRewards } from "./load_rewards.ts";
import {
  checkData,
  type DataOptions,
  type DataSets,
  openData,
  type Probe,
} from "./open_data.ts";
import { openModel } from "./open_model.ts";
import { runSettings } from "./run_settings.ts";
import type { Settings, SettingsInput } from "./settings.ts";
import { writeFile } from "./write_file.ts";
import { trackedPolicy } from "./tracked_policy.ts";
import { trainingQuestions } from "./training_questions.ts";

/** What a caller may replace or add; the parts that are absent are the usual ones. */
export interface RunParts {
  /**
   * Ends the run early and in order: sampling stops between two tokens (an update under way is
   * finished), a checkpoint is saved, an `alarm` named "interrupted" says where, and the stream
   * completes without `done`.
   */
  readonly stop?: AbortSignal;
  /** Rewards of the caller's own by name, beside those of the setting `reward`. */
  readonly rewards?: Readonly<Record<string, Reward>>;
  /** Told of each question's completions as they are scored, pictures and all; `train` only. */
  readonly onGroup?: (group: Group) => void;
  /** Told where the live page is, before the run begins; with the setting `watch`. */
  readonly onWatch?: (url: string) => void;
  /** Told of downloads from the Hub. */
  readonly fetching?: Omit<Fetching, "signal">;
  readonly openModel?: typeof openModel;
  readonly openData?: (spec: string, options: DataOptions) => Promise<DataSets>;
}

/** What a step works with. */
export interface StepContext {
  readonly policy: TrainablePolicy;
  readonly data: DataSets;
  /** The questions to learn from, in the order of `trainingQuestions`. */
  readonly questionAt: (place: number) => Promise<Question>;
  readonly settings: Settings;
  /** Rewards of the caller's own, by name: functions and those of modules. */
  readonly ownRewards: Readonly<Record<string, Reward>>;
  readonly completions: JsonLines;
  /** Lines of `AnswerRow`. */
  readonly answers: JsonLines;
  readonly stop?: AbortSignal;
  readonly onGroup?: (group: Group) => void;
}

/** An opened run. */
export interface Run {
  readonly config: ConfigRecord;
  readonly context: StepContext;
  readonly folder: string;
  readonly metrics: JsonLines;
  /** Where it begins: all zero for a new run. */
  readonly start: Progress;
  readonly resumed: boolean;
  /** Resolves when the policy has nothing under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a new run or one to resume. Its folder is made, or touched, only after settings, model
 * and data have proved usable.
 *
 * @param signal Gives everything back where it is aborted meanwhile.
 */
export async function openRun(
  task: "train" | "sft",
  input: SettingsInput,
  parts: RunParts,
  signal: AbortSignal,
): Promise<Run> {
  const { resume: _, ...rest } = input;
  const { settings, checkpoint } = await runSettings(input);
  const folder = checkpoint?.run ?? resolve(settings.out ?? `runs/${stamp()}-${task}`);
  if (checkpoint) checkResumable(checkpoint, task, settings, rest);
  else await checkUnused(folder, `--resume ${folder}`);
  const probed = settings.probe.map((text) => parseProbe(text).spec);
  for (const spec of [settings.data, settings.testData, ...probed]) {
    if (!parts.openData && spec !== undefined) checkData(spec);
  }
  await using opening = new AsyncDisposableStack();
  const { reward, rewardTimeout: timeout } = settings;
  const own = opening.use(await loadRewards(reward, parts.rewards, { timeout }));
  chooseRewards(settings.profile, own.rewards, settings); // before a model is opened
  if (checkpoint && rest.reward === undefined) checkSameRewards(checkpoint, own);
  checkRewardWeights(settings.rewardWeights, settings.profile, own.rewards);

  const ends = parts.stop ? AbortSignal.any([signal, parts.stop]) : signal;
  const fetching = { ...parts.fetching, signal: ends };
  const opened = await (parts.openModel ?? openModel)(
    settings,
    task === "train" && settings.beta !== 0,
    fetching,
  );
  const { policy, idle } = trackedPolicy(opened.policy);
  const close = async () => {
    await idle();
    policy.dispose();
    await own.close();
  };
  try {
    const { seed, onBadImage, testData, thinking } = settings;
    const prompts = promptsFor(policy.prompts, thinking);
    const options = { seed, prompts, fetching, onBadImage };
    const open = parts.openData ?? openData;
    const sets = await open(settings.data, { ...options, testData });
    if (task === "sft" && settings.targets === "full") await checkReasoning(sets.train);
    const probes = await Promise.all(settings.probe.map(async (text): Promise<Probe> => {
      const { split, spec } = parseProbe(text);
      return { split, source: (await open(spec, options)).heldOut };
    }));
    const data: DataSets = {
      ...sets,
      probes: [
        ...sets.probes ?? [],
        ...settings.banNoObjects ? [withoutNoObjects(sets)] : [],
        ...probes,
      ],
    };
    if (checkpoint) {
      await policy.restoreState(checkpoint.folder);
      await keepOnly(checkpoint.folder);
    }
    signal.throwIfAborted();
    await Deno.mkdir(folder, { recursive: true });
    const origin = { data: settings.data, seed, testData, ...data.origin };
    const manifest = dataManifest(origin, data);
    const text = JSON.stringify(manifest, null, 2) + "\n";
    await writeFile(join(folder, "manifest.json"), text);
    const start = checkpoint?.progress ?? BEGINNING;
    const metrics = await openJsonLines(
      join(folder, "metrics.jsonl"),
      start.metricsBytes,
    );
    const completions = await openJsonLines(
      join(folder, "completions.jsonl"),
      start.completionsBytes,
    );
    const answers = await openJsonLines(
      join(folder, "answers.jsonl"),
      start.answersBytes,
    );
    const config: ConfigRecord = {
      type: "config",
      version: deno.version,
      task,
      seed,
      backend: opened.backend,
      engine: opened.description,
      model: settings.model,
      data: {
        describe: data.describe,
        train: data.train.manifest,
        heldOut: data.heldOut.manifest,
        sha256: manifest.sha256,
      },
      settings,
      rewards: own.sources,
      run: folder,
    };
    const { stop } = parts;
    const ownRewards = own.rewards;
    const questionAt = trainingQuestions(data, settings);
    const context = {
      ...{ policy, data, questionAt, settings, ownRewards, completions, answers, stop },
      onGroup: parts.onGroup,
    };
    const resumed = checkpoint !== undefined;
    opening.move(); // the run closes them
    return { config, context, folder, metrics, start, resumed, idle, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reads `NAME=SPEC` of the setting `probe`. */
function parseProbe(text: string): { readonly split: string; readonly spec: string } {
  const [, split, spec] = /^([^=:,]+)=(.+)$/s.exec(text) ?? [];
  if (split !== undefined && spec !== undefined) return { split, spec };
  throw new TypeError(
    `--probe must be NAME=DATA, as in known=emoji:detection: it is ${
      JSON.stringify(text)
    }`,
  );
}

/** The control of the setting `banNoObjects`. */
function withoutNoObjects({ heldOut: source }: DataSets): Probe {
  return { split: WITHOUT_NO_OBJECTS, source, banNoObjects: true };
}

const BEGINNING: Progress = {
  step: 0,
  evaluated: false,
  numTokens: 0,
  seconds: 0,
  before: {},
  latest: {},
  alarms: NO_MEMORY,
  probed: [],
  metricsBytes: 0,
  completionsBytes: 0,
  answersBytes: 0,
};

function checkResumable(
  { run, task: made, progress }: FoundCheckpoint,
  task: "train" | "sft",
  { steps }: Settings,
  { out }: SettingsInput,
): void {
  if (made !== task) {
    throw new TypeError(`${run} is a run of ${made}: resume it with deno task ${made}`);
  }
  if (out !== undefined) {
    throw new TypeError(
      `--out ${out} does not go with --resume: a run goes on in its own folder, ${run}`,
    );
  }
  if (steps < progress.step) {
    throw new RangeError(
      `--steps must be at least ${progress.step}, the steps that ${run} has made: it is ${steps}`,
    );
  }
}

/** A run goes on under the rewards that it was made with, unless the caller says otherwise. */
function checkSameRewards({ run, rewards = {} }: FoundCheckpoint, own: OwnRewards): void {
  const names = new Set([...Object.keys(rewards), ...Object.keys(own.sources)]);
  for (const name of names) {
    if (rewards[name] === own.sources[name]) continue;
    const what = own.sources[name] === undefined
      ? "is missing"
      : rewards[name] === undefined
      ? "is new"
      : "has changed";
    throw new TypeError(
      `The reward ${
        JSON.stringify(name)
      } of ${run} ${what} since its checkpoint: put it ` +
        `back as it was, or name the modules to go on with by --reward`,
    );
  }
}

/** The local time as a folder's name. */
function stamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}
