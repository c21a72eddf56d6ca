/**
 * Evaluation: what a model answers to held-out questions, and the figures that such answers are
 * compared by: COCO's and LVIS's average precision, grounding IoU, accuracy.
 *
 * `evaluate` asks a policy; `scorePredictions` reads answers from files; the functions below them
 * are mathematics on boxes and masks, which need neither a model nor files.
 *
 * ```ts
 * import { averagePrecision } from "@visual-rft/visual-rft/evaluate";
 *
 * const box = { x1: 100, y1: 100, x2: 300, y2: 300 };
 * const cat = { image: 1, category: "cat", box };
 * averagePrecision([{ ...cat, score: 0.9 }], [cat]).map; // 1
 * ```
 *
 * @module
 */

export { answerQuestions, evaluate } from "../stages/evaluate/evaluate.ts";
export type { Answers, EvaluateOptions } from "../stages/evaluate/evaluate.ts";
export type { AnswerRow } from "../pipeline/run_folder/answers.ts";
export { categoryFigures, figuresOf } from "../stages/evaluate/figures.ts";
export type { ScoredAnswer } from "../stages/evaluate/figures.ts";
export { PROTOCOLS, treatment } from "../stages/evaluate/protocol.ts";
export type {
  PresentCategories,
  Protocol,
  Treatment,
} from "../stages/evaluate/protocol.ts";
export { askPresence } from "../stages/evaluate/ask_presence.ts";
export type { AskPresenceOptions } from "../stages/evaluate/ask_presence.ts";
export type { AskOptions } from "../stages/evaluate/ask_questions.ts";
export type {
  FolderPrompts,
  PromptSetName,
  TaughtPrompts,
} from "../data/questions/prompt.ts";
export { readExistMap, writeExistMap } from "../pipeline/evaluate/exist_map.ts";
export type { ExistMap, ExistMapOrigin } from "../pipeline/evaluate/exist_map.ts";
export { scorePredictions } from "../pipeline/evaluate/predictions/score_predictions.ts";
export type {
  CompletionsScore,
  PredictionsScore,
  ResultsScore,
} from "../pipeline/evaluate/predictions/score_predictions.ts";
export { averagePrecision } from "../stages/evaluate/average_precision.ts";
export { cocoEvaluation } from "../stages/evaluate/coco/coco_evaluation.ts";
export { cocoMatches } from "../stages/evaluate/coco/coco_matches.ts";
export type {
  CocoMatches,
  DetectionMatch,
  TruthMatch,
} from "../stages/evaluate/coco/coco_matches.ts";
export { lvisEvaluation } from "../stages/evaluate/coco/lvis_evaluation.ts";
export { groundingIou } from "../stages/evaluate/coco/grounding_iou.ts";
export type { GroundingIou, MaskPair } from "../stages/evaluate/coco/grounding_iou.ts";
export { segmentationMask } from "../stages/evaluate/coco/segmentation_mask.ts";
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
} from "../stages/evaluate/coco/records.ts";
export type {
  AveragePrecision,
  PredictedBox,
  TrueBox,
} from "../stages/evaluate/average_precision.ts";
