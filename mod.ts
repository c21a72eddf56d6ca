/**
 * Visual reinforcement fine-tuning (Visual-RFT) of Qwen2-VL models: a model answers questions
 * about images, pure functions check the answers against known truth, and GRPO moves the model
 * towards the better ones.
 *
 * `train` is a cold Observable of metrics records, and a run folder:
 *
 * ```ts
 * import { train } from "./mod.ts";
 *
 * function watch() {
 *   return train({ steps: 60, seed: 1 }).subscribe((record) => {
 *     if (record.type === "step") record.reward; // rises
 *     if (record.type === "done") record.after.accuracy; // held-out
 *   });
 * }
 * ```
 *
 * `fineTune` is its supervised counterpart; `evaluate` asks a policy held-out questions. The
 * stages (`rollout` → `parseAnswers` → `scoreRewards` → `normaliseGroups` → `updatePolicy`) are
 * RxJS operators that can be put together in other ways.
 *
 * @module
 */

// A run
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
  Values,
} from "./pipeline/settings/setting.ts";
export type {
  SettingName,
  Settings,
  SettingsInput,
} from "./pipeline/settings/settings.ts";
export { loadRewards } from "./pipeline/open/load_rewards.ts";
export type { LoadRewardsOptions, OwnRewards } from "./pipeline/open/load_rewards.ts";
export { watchRun } from "./pipeline/watch/watch_run.ts";
export type { WatchedParts, WatchOptions } from "./pipeline/watch/watch_run.ts";
export { tensorBoard } from "./pipeline/tensorboard/tensor_board.ts";
export { learningRate } from "./stages/gradient/learning_rate.ts";
export type { ScheduleOptions } from "./stages/gradient/learning_rate.ts";
export { METRICS_SCHEMA } from "./pipeline/run_folder/metrics_schema.ts";
export type { Figures } from "./stages/records.ts";
export type {
  AlarmRecord,
  ConfigRecord,
  DoneRecord,
  EvaluationRecord,
  MetricsRecord,
  StepRecord,
} from "./pipeline/run_folder/metrics.ts";

// Evaluation
export { answerQuestions, evaluate } from "./stages/evaluate/evaluate.ts";
export type { Answers, EvaluateOptions } from "./stages/evaluate/evaluate.ts";
export type { AnswerRow } from "./pipeline/run_folder/answer_row.ts";
export { categoryFigures, figuresOf } from "./stages/evaluate/figures.ts";
export type { ScoredAnswer } from "./stages/evaluate/figures.ts";
export { PROTOCOLS, treatment } from "./stages/evaluate/protocol.ts";
export type {
  PresentCategories,
  Protocol,
  Treatment,
} from "./stages/evaluate/protocol.ts";
export { askPresence } from "./stages/evaluate/ask_presence.ts";
export type { AskPresenceOptions } from "./stages/evaluate/ask_presence.ts";
export { readExistMap, writeExistMap } from "./pipeline/evaluate/exist_map.ts";
export type { ExistMap, ExistMapOrigin } from "./pipeline/evaluate/exist_map.ts";
export { scorePredictions } from "./pipeline/evaluate/predictions/score_predictions.ts";
export type {
  CompletionsScore,
  PredictionsScore,
  ResultsScore,
} from "./pipeline/evaluate/predictions/score_predictions.ts";
export { averagePrecision } from "./stages/evaluate/average_precision.ts";
export { cocoEvaluation } from "./stages/evaluate/coco/coco_evaluation.ts";
export { cocoMatches } from "./stages/evaluate/coco/coco_matches.ts";
export type {
  CocoMatches,
  DetectionMatch,
  TruthMatch,
} from "./stages/evaluate/coco/coco_matches.ts";
export { lvisEvaluation } from "./stages/evaluate/coco/lvis_evaluation.ts";
export { groundingIou } from "./stages/evaluate/coco/grounding_iou.ts";
export type { GroundingIou, MaskPair } from "./stages/evaluate/coco/grounding_iou.ts";
export { segmentationMask } from "./stages/evaluate/coco/segmentation_mask.ts";
export type {
  AnnotatedCategory,
  AnnotatedImage,
  CocoAnnotation,
  CocoAnnotations,
  CocoCategoryFigures,
  CocoDetection,
  CocoFigures,
  CocoNumbers,
  CocoOptions,
  CocoSegmentation,
  EvaluationOptions,
  LvisCategoryFigures,
  LvisFigures,
  LvisSummary,
  Precisions,
} from "./stages/evaluate/coco/records.ts";
export type {
  AveragePrecision,
  PredictedBox,
  TrueBox,
} from "./stages/evaluate/average_precision.ts";

// Experiments
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
} from "./pipeline/experiment/results.ts";
export { resultsTable } from "./pipeline/experiment/results_table.ts";
export { report } from "./pipeline/report/report.ts";
export type { ReportOptions } from "./pipeline/report/report.ts";
export { paperTable } from "./pipeline/experiment/paper_tables.ts";
export type { PaperRow, PaperTable } from "./pipeline/experiment/paper_tables.ts";

export { audit } from "./pipeline/audit/audit.ts";
export type { AuditOptions, Finding, KindAudit } from "./pipeline/audit/audit.ts";
export type { Knows, Verdict } from "./pipeline/audit/verdict.ts";
export type { Kind } from "./pipeline/audit/questions.ts";

// Data
export { openData } from "./pipeline/open/open_data.ts";
export type { DataOptions, DataSets, Probe } from "./pipeline/open/data_sets.ts";
export { heldOutPart } from "./data/questions/held_out_part.ts";
export type { HeldOutPart } from "./data/questions/held_out_part.ts";
export { dataManifest } from "./pipeline/run_folder/data_manifest.ts";
export type { DataManifest } from "./pipeline/run_folder/data_manifest.ts";
export { fewShot, readFewShot } from "./data/questions/few_shot.ts";
export type {
  FewShot,
  FewShotManifest,
  FewShotOptions,
  Outline,
} from "./data/questions/few_shot.ts";
export { openFiles, openSides } from "./pipeline/open/open_files.ts";
export type { FileSides } from "./pipeline/open/open_files.ts";
export { rowSource, skipBadImages } from "./data/formats/rows.ts";
export type {
  Row,
  RowSet,
  RowSource,
  RowSourceOptions,
  SkippingSource,
} from "./data/formats/rows.ts";
export { BadImage } from "./data/pictures/picture.ts";
export type { Picture } from "./data/pictures/picture.ts";
export { CATEGORY_SETS, COCO_CATEGORIES } from "./data/questions/category_sets.ts";
export { frameToPixels, iou, pixelsToFrame } from "./data/geometry/box.ts";
export type { Box, Frame, FramedBox, PixelBox, UnitBox } from "./data/geometry/box.ts";
export {
  frameOfModel,
  fromPerMille,
  PER_MILLE,
  toPerMille,
} from "./data/geometry/frame.ts";
export type { CoordinateFrame } from "./data/geometry/frame.ts";
export { normaliseLabel } from "./data/questions/label.ts";
export { canonicalLabel, labelSet } from "./data/questions/label_set.ts";
export type { LabelSet } from "./data/questions/label_set.ts";
export { boxMask } from "./data/geometry/mask/box_mask.ts";
export { boxIou } from "./data/geometry/mask/box_xywh.ts";
export type { BoxXywh } from "./data/geometry/mask/box_xywh.ts";
export { filledPolygon } from "./data/geometry/mask/filled_polygon.ts";
export { maskIou, maskOverlap } from "./data/geometry/mask/mask_iou.ts";
export { mergeMasks } from "./data/geometry/mask/merge_masks.ts";
export { polygonMask } from "./data/geometry/mask/polygon.ts";
export {
  decodeMask,
  encodeMask,
  maskArea,
  maskBounds,
} from "./data/geometry/mask/rle.ts";
export type { Bitmap, Rle } from "./data/geometry/mask/rle.ts";
export { formatRle, parseRle } from "./data/geometry/mask/rle_string.ts";
export type { RgbImage } from "./data/pictures/image.ts";
export type {
  ClassificationTarget,
  DetectionTarget,
  GroundingTarget,
  Question,
  QuestionSource,
  Target,
} from "./data/questions/question.ts";

// Stages
export { rollout } from "./stages/rollout/rollout.ts";
export type { RolloutOptions } from "./stages/rollout/rollout.ts";
export { parseAnswer } from "./stages/parse/parse_answer.ts";
export { parseAnswers } from "./stages/parse/parse_answers.ts";
export { formatAnswer } from "./stages/parse/format_answer.ts";
export type { Statement } from "./stages/parse/format_answer.ts";
export { PROFILES, rewardsFor } from "./stages/reward/profiles.ts";
export type { Profile } from "./stages/reward/profiles.ts";
export { chooseRewards } from "./stages/reward/choose_rewards.ts";
export type { ProfileChoice } from "./stages/reward/choose_rewards.ts";
export type { RewardOptions } from "./stages/reward/options.ts";
export { scoreRewards } from "./stages/reward/score_rewards.ts";
export type { RewardChoice, ScoreOptions } from "./stages/reward/score_rewards.ts";
export { checkRewardWeights } from "./stages/reward/reward_weights.ts";
export { normaliseGroups } from "./stages/advantage/normalise_groups.ts";
export type { NormaliseOptions } from "./stages/advantage/normalise_groups.ts";
export { updatePolicy } from "./stages/gradient/update_policy.ts";
export type { UpdatePolicyOptions } from "./stages/gradient/update_policy.ts";
export type {
  Advantaged,
  Answer,
  Completion,
  Detection,
  Group,
  Parsed,
  Reward,
  Scored,
  StepMetrics,
} from "./stages/records.ts";

// The policy
export { openModel } from "./pipeline/open/open_model.ts";
export type { ModelSettings, OpenedModel } from "./pipeline/open/open_model.ts";
export type {
  Policy,
  SamplingOptions,
  TokenLoss,
  TokenSequence,
  TokenStatistics,
  UpdateOptions,
  UpdateResult,
} from "./stages/policy/policy.ts";
export { mergeAdapter } from "./stages/adapter/merge_adapter.ts";
export type { Merged, MergeOptions } from "./stages/adapter/merge_adapter.ts";
export { snapshot } from "./data/hub/snapshot.ts";
export type { SnapshotOptions, SnapshotProgress } from "./data/hub/snapshot.ts";
export type { PolicyOptions, TrainablePolicy } from "./stages/policy/trainable_policy.ts";
