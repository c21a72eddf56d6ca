/**
 * Data: questions about images whose right answers are known, read from the formats that people
 * have them in (JSON lines, COCO, LVIS, LISA, Parquet, Arrow, folders of images) or from the
 * Hugging Face Hub, and the boxes and masks that state their answers. Nothing here computes with
 * tensors.
 *
 * `openData` opens what a run learns from and what it is judged by; `question(i)` reads one of
 * them.
 *
 * ```ts
 * import { openData } from "@visual-rft/visual-rft/data";
 *
 * const { heldOut } = await openData("emoji:detection", { seed: 0, prompts: "short" });
 * const { prompt, images, target } = await heldOut.question(0);
 * prompt; // "Detect all objects belonging to the category …"
 * images[0]!.width; // pixels
 * if (target.kind === "detection") target.boxes; // per mille of the image's width and height
 * ```
 *
 * @module
 */

export { openData } from "../pipeline/open/open_data.ts";
export type { DataOptions, DataSets, Probe } from "../pipeline/open/data_sets.ts";
export { heldOutPart } from "../data/questions/held_out_part.ts";
export type { HeldOutPart } from "../data/questions/held_out_part.ts";
export { dataManifest } from "../pipeline/run_folder/data_manifest.ts";
export type { DataManifest } from "../pipeline/run_folder/manifest.ts";
export { fewShot, readFewShot } from "../data/questions/few_shot.ts";
export type {
  FewShot,
  FewShotManifest,
  FewShotOptions,
  Outline,
} from "../data/questions/few_shot.ts";
export { openFiles, openSides } from "../pipeline/open/open_files.ts";
export type { FileSides } from "../pipeline/open/open_files.ts";
export { rowSource, skipBadImages } from "../data/formats/rows.ts";
export type {
  Row,
  RowSet,
  RowSource,
  RowSourceOptions,
  SkippingSource,
} from "../data/formats/rows.ts";
export { BadTruth } from "../data/questions/bad_truth.ts";
export { BadImage } from "../data/pictures/picture.ts";
export type { StatedTruth } from "../data/formats/truth.ts";
export type { Picture } from "../data/pictures/picture.ts";
export { CATEGORY_SETS, COCO_CATEGORIES } from "../data/questions/category_sets.ts";
export { frameToPixels, iou, pixelsToFrame } from "../data/geometry/box.ts";
export type { Box, Frame, FramedBox, PixelBox, UnitBox } from "../data/geometry/box.ts";
export {
  frameOfModel,
  fromPerMille,
  PER_MILLE,
  toPerMille,
} from "../data/geometry/frame.ts";
export type { CoordinateFrame } from "../data/geometry/frame.ts";
export { normaliseLabel } from "../data/questions/label.ts";
export { canonicalLabel, labelSet } from "../data/questions/label_set.ts";
export type { LabelSet } from "../data/questions/label_set.ts";
export { boxMask } from "../data/geometry/mask/box_mask.ts";
export { boxIou } from "../data/geometry/mask/box_xywh.ts";
export type { BoxXywh } from "../data/geometry/mask/box_xywh.ts";
export { filledPolygon } from "../data/geometry/mask/filled_polygon.ts";
export { maskIou, maskOverlap } from "../data/geometry/mask/mask_iou.ts";
export { mergeMasks } from "../data/geometry/mask/merge_masks.ts";
export { polygonMask } from "../data/geometry/mask/polygon.ts";
export {
  decodeMask,
  encodeMask,
  maskArea,
  maskBounds,
} from "../data/geometry/mask/rle.ts";
export type { Bitmap, Rle } from "../data/geometry/mask/rle.ts";
export { formatRle, parseRle } from "../data/geometry/mask/rle_string.ts";
export { decodeImage, encodePng } from "../data/pictures/image.ts";
export type { DecodeOptions, RgbImage } from "../data/pictures/image.ts";
export type {
  AnswerForm,
  ChoiceTarget,
  ClassificationTarget,
  DetectionTarget,
  GroundingTarget,
  NumberTarget,
  OwnTarget,
  PointTarget,
  Question,
  QuestionSource,
  Target,
  TextTarget,
} from "../data/questions/question.ts";
export { snapshot } from "../data/hub/snapshot.ts";
export type { SnapshotOptions, SnapshotProgress } from "../data/hub/snapshot.ts";
export type { Patience } from "../data/hub/patiently.ts";
export type {
  FolderPrompts,
  PromptSet,
  PromptSetName,
  PromptTask,
  TaughtPrompts,
} from "../data/questions/prompt.ts";
export { FILE_KINDS, TRUTH_KINDS } from "../data/formats/file_spec.ts";
export type { FileKind, FileOptions, FileSpec } from "../data/formats/file_spec.ts";
export type { Fetching } from "../data/hub/snapshot.ts";
export type { BoxUnit, TruthKind } from "../data/formats/file_spec.ts";
export type { FRAME } from "../data/geometry/box.ts";
