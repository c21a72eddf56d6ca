import { join, resolve } from "node:path";
import deno from "../../deno.json" with { type: "json" };
import { canonicalHash } from "../../data/files/canonical_json.ts";
import { promptsFor } from "../../data/questions/prompt.ts";
import type { Question } from "../../data/questions/question.ts";
import type { Group, Reward } from "../../stages/records.ts";
import { chooseRewards } from "../../stages/reward/choose_rewards.ts";
import { checkRewardWeights } from "../../stages/reward/reward_weights.ts";
import type { TrainablePolicy } from "../../stages/policy/trainable_policy.ts";
import { NO_MEMORY } from "../alarms/alarms.ts";
import { checkReasoning } from "./check_reasoning.ts";
import { checkUnused } from "../run_folder/check_unused.ts";
import { changesOf, checkSameRewards, checkUnchanged } from "./check_unchanged.ts";
import {
  type Checkpoint,
  checkpointText,
  type Ingredients,
  type Progress,
  TRAINER,
} from "../checkpoint/checkpoint.ts";
import type { FoundCheckpoint } from "../checkpoint/find_checkpoint.ts";
import { retireNewer } from "../checkpoint/folders.ts";
import { dataManifest } from "../run_folder/data_manifest.ts";
import { WITHOUT_NO_OBJECTS } from "../run_folder/splits.ts";
import type { Fetching } from "../../data/hub/fetching.ts";
import { NO_LINES } from "../../data/files/json_lines.ts";
import type { ConfigRecord } from "../run_folder/metrics.ts";
import { loadRewards } from "../open/load_rewards.ts";
import type { DataOptions, DataSets, Probe } from "../open/data_sets.ts";
import { checkData, openData } from "../open/open_data.ts";
import { openModel } from "../open/open_model.ts";
import { newRunFolder } from "../run_folder/new_run_folder.ts";
import { openRunLines, type RunLines } from "./run_lines.ts";
import { lockRun, type RunLock } from "../run_folder/run_lock.ts";
import type { RunSettings } from "./run_settings.ts";
import { OF_PROCESS, type Settings, type SettingsInput } from "../settings/settings.ts";
import { checkTrustedData } from "../open/trust.ts";
import { writeFile } from "../../data/files/write_file.ts";
import { repairFolder } from "../../data/files/write_folder.ts";
import { type TrackedPolicy, trackedPolicy } from "./tracked_policy.ts";
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
  readonly completions: RunLines["completions"];
  readonly stop?: AbortSignal;
  readonly onGroup?: (group: Group) => void;
}

/** An opened run. */
export interface Run {
  readonly config: ConfigRecord;
  /** Whether `config` is new to the run's metrics. */
  readonly isNews: boolean;
  /** What a reader of the run should know of how it was resumed, a sentence each. */
  readonly notices: readonly string[];
  readonly context: StepContext;
  readonly folder: string;
  readonly lines: RunLines;
  readonly made: Ingredients;
  /** Where it begins: all zero for a new run. */
  readonly start: Progress;
  /** Why an update since the last call was skipped; see `TrackedPolicy`. */
  readonly takeSkipped: TrackedPolicy["takeSkipped"];
  /** Resolves when the policy has nothing under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a new run or one to resume. Its folder is made, or touched, only after settings, model
 * and data have proved usable.
 *
 * @param given The settings as the caller gave them.
 * @param begun What they mean; its lock stays the caller's.
 * @param signal Gives everything back if it is aborted meanwhile.
 */
export async function openRun(
  task: "train" | "sft",
  given: SettingsInput,
  { settings, checkpoint }: RunSettings,
  parts: RunParts,
  signal: AbortSignal,
): Promise<Run> {
  if (checkpoint) checkResumable(checkpoint, task, settings, given);
  if (checkpoint?.run === undefined && given.out !== undefined) {
    const folder = resolve(given.out);
    await checkUnused(folder, `--resume ${folder}`);
  }
  const probed = settings.probe.map((text) => parseProbe(text).spec);
  if (!parts.openData) {
    const { data, testData, probe = [] } = given;
    const named = [data, testData, ...probe.map((text) => parseProbe(text).spec)];
    checkTrustedData(named, settings.trustCode);
  }
  for (const spec of [settings.data, settings.testData, ...probed]) {
    if (!parts.openData && spec !== undefined) checkData(spec);
  }
  await using opening = new AsyncDisposableStack();
  const { reward, rewardTimeout: timeout } = settings;
  const own = opening.use(await loadRewards(reward, parts.rewards, { timeout }));
  chooseRewards(settings.profile, own.rewards, settings); // before a model is opened
  const from = given.resume ?? "";
  if (checkpoint && given.reward === undefined) {
    checkSameRewards(from, checkpoint.made.rewards, own.sources);
  }
  checkRewardWeights(settings.rewardWeights, settings.profile, own.rewards);

  const ends = parts.stop ? AbortSignal.any([signal, parts.stop]) : signal;
  const fetching = { ...parts.fetching, signal: ends };
  const opened = await (parts.openModel ?? openModel)(
    settings,
    task === "train" && settings.beta !== 0,
    fetching,
  );
  const { policy, idle, takeSkipped } = trackedPolicy(opened.policy);
  let lock: RunLock | undefined;
  const close = async () => {
    await idle();
    policy.dispose();
    await own.close();
    lock?.release();
  };
  try {
    const data = await openDataSets(task, settings, policy, parts, fetching);
    const { seed, testData } = settings;
    const origin = { data: settings.data, seed, testData, ...data.origin };
    const manifest = dataManifest(origin, data);
    const made: Ingredients = {
      version: deno.version,
      data: manifest.sha256,
      model: await opened.hash?.(),
      rewards: own.sources,
    };
    if (checkpoint && !settings.acceptChanges) {
      checkUnchanged(from, checkpoint.made, made);
    }
    if (checkpoint?.folder !== undefined) await policy.restoreState(checkpoint.folder);
    signal.throwIfAborted();

    const notices = [...checkpoint?.damaged.map(fellBack(checkpoint)) ?? []];
    const start = progressOf(checkpoint);
    let folder = checkpoint?.run;
    if (folder === undefined) {
      folder = await newRunFolder(given.out, task);
      lock = await lockRun(folder);
      await checkUnused(folder, `--resume ${folder}`);
      // Written first: a run that is killed before its first checkpoint begins again from it.
      const record: Checkpoint = { task, settings, made, progress: BEGINNING };
      await writeFile(join(folder, TRAINER), checkpointText(record));
    } else {
      await repairFolder(join(folder, "model"));
      notices.push(...await retireNewer(folder, start.step));
    }
    const text = JSON.stringify(manifest, null, 2) + "\n";
    await writeFile(join(folder, "manifest.json"), text);
    const lines = await openRunLines(folder, start.lines);
    for (const { fault } of Object.values(lines)) if (fault) notices.push(fault);
    const config: ConfigRecord = {
      type: "config",
      ...start.step > 0 && { step: start.step },
      version: deno.version,
      task,
      seed,
      backend: opened.backend,
      engine: opened.description,
      model: settings.model,
      modelSha256: made.model,
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
    const isNews = start.lines.metrics.bytes === 0 || lines.metrics.fault !== undefined ||
      differs(checkpoint!, settings, made);
    const { stop, onGroup } = parts;
    const context = {
      ...{ policy, data, settings, stop, onGroup },
      questionAt: trainingQuestions(data, settings),
      ownRewards: own.rewards,
      completions: lines.completions,
    };
    opening.move(); // the run closes them
    return {
      ...{ config, isNews, notices, context, folder, lines, made, start },
      ...{ takeSkipped, idle, close },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens what a run learns from and what it is asked, probes and controls too. */
async function openDataSets(
  task: "train" | "sft",
  settings: Settings,
  policy: TrainablePolicy,
  parts: RunParts,
  fetching: Fetching,
): Promise<DataSets> {
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
  return {
    ...sets,
    probes: [
      ...sets.probes ?? [],
      ...settings.banNoObjects ? [withoutNoObjects(sets)] : [],
      ...probes,
    ],
  };
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
  skippedInARow: 0,
  lines: { metrics: NO_LINES, completions: NO_LINES, answers: NO_LINES },
};

/** Where a run begins. A checkpoint without its run has no lines behind it. */
function progressOf(checkpoint: FoundCheckpoint | undefined): Progress {
  if (checkpoint === undefined) return BEGINNING;
  const { progress, run } = checkpoint;
  return run === undefined ? { ...progress, lines: BEGINNING.lines } : progress;
}

/** Tells that a newer checkpoint is damaged. */
function fellBack({ progress }: FoundCheckpoint): (damage: string) => string {
  const from = `the run continues from step ${progress.step}`;
  return (damage) => `A newer checkpoint is damaged: ${damage}; ${from}`;
}

/** Whether a resumed run goes by other settings, or is made of something else, than before. */
function differs(before: Checkpoint, settings: Settings, made: Ingredients): boolean {
  const compared = (of: Settings) =>
    JSON.stringify(
      Object.entries(of)
        .filter(([name]) => !OF_PROCESS.includes(name))
        .sort(([a], [b]) => a < b ? -1 : 1),
    );
  return compared(before.settings) !== compared(settings) ||
    changesOf(before.made, made).length > 0 ||
    canonicalHash(before.made.rewards) !== canonicalHash(made.rewards);
}

function checkResumable(
  { run, task: made, progress }: FoundCheckpoint,
  task: "train" | "sft",
  { steps }: Settings,
  { out, resume }: SettingsInput,
): void {
  if (made !== task) {
    throw new TypeError(
      `${resume} is a run of ${made}: resume it with deno task ${made}`,
    );
  }
  if (out !== undefined && run !== undefined) {
    throw new TypeError(
      `--out ${out} does not go with --resume: a run continues in its own folder, ${run}`,
    );
  }
  if (steps < progress.step) {
    throw new RangeError(
      `--steps must be at least ${progress.step}, the steps that ${resume} has made: it is ` +
        `${steps}`,
    );
  }
}
