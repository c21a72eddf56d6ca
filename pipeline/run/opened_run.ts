import type { Question } from "../../data/questions/question.ts";
import type { TrainablePolicy } from "../../stages/policy/policy.ts";
import type { Group, Reward } from "../../stages/records.ts";
import type { RewardChoice } from "../../stages/reward/score_rewards.ts";
import type { TargetKinds } from "../../stages/reward/target_kind.ts";
import type { Ingredients, Progress } from "../checkpoint/checkpoint.ts";
import type { DataSets } from "../open/data_sets.ts";
import type { AlarmRecord, ConfigRecord } from "../run_folder/metrics.ts";
import type { Settings } from "../settings/settings.ts";
import type { RunLines } from "./run_lines.ts";

/** A run whose parts are open. Nothing of it changes but the policy and the files. */
export interface OpenedRun {
  readonly settings: Settings;
  readonly policy: TrainablePolicy;
  readonly data: DataSets;
  /** The questions to learn from, in the order of `trainingQuestions`. */
  readonly questionAt: (place: number) => Promise<Question>;
  /** The caller's own rewards by name: functions, and those of modules. */
  readonly ownRewards: Readonly<Record<string, Reward>>;
  /** The rewards that completions are scored by: the profile's, and the caller's own. */
  readonly rewards: RewardChoice;
  /** The caller's kinds of targets by name. */
  readonly targetKinds: TargetKinds;
  readonly stop?: AbortSignal;
  readonly onGroup?: (group: Group) => void;

  readonly folder: string;
  readonly lines: RunLines;
  readonly config: ConfigRecord;
  /** Whether `config` is new to the run's metrics. */
  readonly isNews: boolean;
  /** What a reader of the run should know of how it was resumed, a sentence each. */
  readonly notices: readonly string[];
  readonly made: Ingredients;
  /** Where the run starts: all zero for a new one. */
  readonly start: Progress;
  /** The command that resumes the run. */
  readonly resumeCommand: string;

  /** An alarm for each image that was left out since the last call. */
  badImages(step: number): AlarmRecord[];
  /** Why an update since the last call was skipped; `undefined` if none was. */
  takeSkipped(): string | undefined;
  /** Resolves when the policy has nothing in progress. */
  idle(): Promise<void>;
  /** Waits for the policy and frees everything. */
  close(): Promise<void>;
}
