/**
 * Visual reinforcement fine-tuning (Visual-RFT) of Qwen2-VL models: a model answers questions
 * about images, pure functions check the answers against known truth, and GRPO moves the model
 * towards the better ones.
 *
 * `train` is a cold Observable of metrics records, and a run folder:
 *
 * ```ts
 * import { train } from "@visual-rft/visual-rft";
 *
 * function watch() {
 *   return train({ steps: 60, seed: 1 }).subscribe((record) => {
 *     if (record.type === "step") record.reward; // mean over the step, rises
 *     if (record.type === "done") record.after.accuracy; // of held-out questions
 *   });
 * }
 * ```
 *
 * `fineTune` is its supervised counterpart; `evaluate` asks a policy held-out questions; `watchRun`
 * and `report` show what came of a run; `experiment` compares methods over seeds.
 *
 * This entry point has every name of the package. Each of the others has one part of them, and
 * loads that part only:
 *
 * - `./data`: questions and their images, boxes and masks;
 * - `./rewards`: reading answers and scoring them;
 * - `./evaluate`: held-out questions, COCO and LVIS figures;
 * - `./stages`: the stages (`rollout` → `parseAnswers` → `scoreRewards` → `normaliseGroups` →
 *   `updatePolicy`), which are RxJS operators that can be put together in other ways, and the
 *   policy.
 *
 * @module
 */

// The other entry points
export * from "./exports/data.ts";
export * from "./exports/rewards.ts";
export * from "./exports/evaluate.ts";
export * from "./exports/stages.ts";

// Runs
export { train } from "./pipeline/train/train.ts";
export { fineTune } from "./pipeline/train/sft.ts";
export type { RunParts } from "./pipeline/run/run_parts.ts";
export type { TrainParts } from "./pipeline/train/train_parts.ts";
export { resolveSettings } from "./pipeline/settings/settings.ts";
export { SETTINGS } from "./pipeline/settings/table.ts";
export { SETTING_GROUPS } from "./pipeline/settings/setting.ts";
export type {
  Plain,
  Setting,
  SettingGroup,
  SettingValue,
  Task,
  ValueRule,
  Values,
} from "./pipeline/settings/setting.ts";
export type {
  SettingName,
  Settings,
  SettingsInput,
} from "./pipeline/settings/settings.ts";
export { watchRun } from "./pipeline/watch/watch_run.ts";
export type { WatchedParts, WatchOptions } from "./pipeline/watch/watch_run.ts";
export { tensorBoard } from "./pipeline/tensorboard/tensor_board.ts";
export { METRICS_SCHEMA } from "./pipeline/run_folder/metrics_schema.ts";
export type {
  MetricsSchema,
  RecordSchema,
} from "./pipeline/run_folder/metrics_schema.ts";
export type { Figures } from "./stages/records.ts";
export type {
  AlarmRecord,
  ConfigRecord,
  DoneRecord,
  EvaluationRecord,
  MetricsRecord,
  StepRecord,
} from "./pipeline/run_folder/metrics.ts";

// Experiments, reports, and what a reward can be tricked by
export { experiment } from "./pipeline/experiment/experiment.ts";
export type {
  ExperimentOptions,
  ExperimentRecord,
} from "./pipeline/experiment/experiment.ts";
export { EXPERIMENT_NAMES, planExperiment } from "./pipeline/experiment/experiments.ts";
export type { ExperimentChoice } from "./pipeline/experiment/experiments.ts";
export type { Arm, ExperimentPlan, Method, Metric } from "./pipeline/experiment/plan.ts";
export type {
  ExperimentResults,
  MethodResult,
  Spread,
} from "./pipeline/experiment/results_file.ts";
export { resultsTable } from "./pipeline/experiment/results_table.ts";
export { report } from "./pipeline/report/report.ts";
export type { ReportOptions } from "./pipeline/report/report.ts";
export { paperTable } from "./pipeline/experiment/paper_tables.ts";
export type { PaperRow, PaperTable } from "./pipeline/experiment/paper_tables.ts";
export { audit } from "./pipeline/audit/audit.ts";
export type { AuditOptions, Finding, KindAudit } from "./pipeline/audit/audit.ts";
export type { Knows, Verdict } from "./pipeline/audit/verdict.ts";
export type { Kind } from "./pipeline/audit/questions.ts";
export type { Job } from "./pipeline/experiment/jobs.ts";
export type { FinishedJob } from "./pipeline/experiment/results.ts";
export { METHODS } from "./pipeline/experiment/plan.ts";
export type { TrainedMethod } from "./pipeline/experiment/plan.ts";
export type { OpenAgain } from "./pipeline/report/pictures_of.ts";
export { KINDS } from "./pipeline/audit/questions.ts";
export type { Asked, AuditQuestion } from "./pipeline/audit/questions.ts";
export type { RunResult } from "./pipeline/experiment/run_result.ts";
