import type { Frame, FramedBox } from "../geometry/box.ts";
import type { RgbImage } from "../pictures/image.ts";
import type { Rle } from "../geometry/mask/rle.ts";

/**
 * The boxes of one category's objects; none if the image shows none of them.
 *
 * Like all targets with boxes it has them in the frame `F`: 0–1000 wherever questions are asked and
 * answers are scored, that of the file while a file is read.
 */
export interface DetectionTarget<F extends Frame = "per mille"> {
  /** Tells this target from the others. */
  readonly kind: "detection";
  /** Name of the category that is asked for; {@linkcode UNNAMED_CATEGORY} if nothing names it. */
  readonly category: string;
  /** In the frame `F`. */
  readonly boxes: readonly FramedBox<F>[];
}

/** The category of a detection question whose words name none. */
export const UNNAMED_CATEGORY = "object";

/** What the image shows. */
export interface ClassificationTarget {
  /** Tells this target from the others. */
  readonly kind: "classification";
  /** Name of what the image shows. */
  readonly label: string;
  /** Other names that are right too; see `labelSet`. Default: none. */
  readonly aliases?: readonly string[];
}

/** The one region that a sentence means. */
export interface GroundingTarget<F extends Frame = "per mille"> {
  /** Tells this target from the others. */
  readonly kind: "grounding";
  /** In the frame `F`. */
  readonly box: FramedBox<F>;
}

/** A number: a count, or a value read off a scale. */
export interface NumberTarget {
  /** Tells this target from the others. */
  readonly kind: "number";
  /** The right number, finite. */
  readonly value: number;
  /** How far off a right answer may be, at least 0. Default: 0, exact. */
  readonly tolerance?: number;
}

/** A text that the image shows, to be read letter by letter. */
export interface TextTarget {
  /** Tells this target from the others. */
  readonly kind: "text";
  /** The right text. */
  readonly text: string;
}

/** One of several options that the prompt lists under letters. */
export interface ChoiceTarget {
  /** Tells this target from the others. */
  readonly kind: "choice";
  /** The right option's letter, "A" to "Z". */
  readonly choice: string;
  /** The options' texts, the first under "A". Default: the prompt alone has them. */
  readonly options?: readonly string[];
}

/** A region in which a point must lie. */
export interface PointTarget<F extends Frame = "per mille"> {
  /** Tells this target from the others. */
  readonly kind: "point";
  /** Around the region, in the frame `F`. */
  readonly box: FramedBox<F>;
  /** The region's pixels, if not all of the box. */
  readonly mask?: Rle;
}

/** A ground truth of a kind that the caller defines; see `TargetKind`. */
export interface OwnTarget {
  /** Tells this target from the others. */
  readonly kind: "own";
  /** Which of the caller's kinds it is. */
  readonly name: string;
  /** The ground truth as JSON: what the kind's rewards get. */
  readonly truth: unknown;
  /** What shots are counted by, from the kind's `category`. Default: it has none. */
  readonly category?: string;
  /** A few words for the truth, from the kind's `title`. Default: the truth as JSON. */
  readonly title?: string;
}

/** The ground truth of a question, which an answer is checked against. */
export type Target<F extends Frame = "per mille"> =
  | DetectionTarget<F>
  | ClassificationTarget
  | GroundingTarget<F>
  | NumberTarget
  | TextTarget
  | ChoiceTarget
  | PointTarget<F>
  | OwnTarget;

/**
 * The form that a prompt asks an answer's content to have: `position`,
 * `[{'Position': [x1, y1, x2, y2], 'Confidence': c}, …]` and `(x1,y1),(x2,y2)`, as the paper's
 * prompts do, or `bbox_2d`, `[{"bbox_2d": [x1, y1, x2, y2], "label": "cup"}, …]`, as Qwen2.5-VL
 * writes boxes.
 */
export type AnswerForm = "position" | "bbox_2d";

/** A prompt about images, with its ground truth. */
export interface Question {
  /** Unique in its source and stable between runs. */
  readonly id: string;
  /**
   * The data set's name of the image (COCO: its image id), equal for questions about the same one.
   * Default: `id`.
   */
  readonly imageId?: string;
  /** Zero, one or more images, in the order in which the prompt shows them. */
  readonly images: readonly RgbImage[];
  /**
   * What the model is asked, without the chat template. Each `<image>` in it is the place of an
   * image, in their order; without any, the images come first.
   */
  readonly prompt: string;
  /** The system message. Default: the chat template's own, if it has one. */
  readonly system?: string;
  /** The frame that the prompt asks boxes to be stated in. Default: the model's own. */
  readonly frame?: Frame;
  /** The form that the prompt asks for. Default: it asks for none. */
  readonly form?: AnswerForm;
  /** The ground truth. */
  readonly target: Target;
  /**
   * Pixels of the region that a grounding question means, if the data set outlines it. No reward
   * sees them; an evaluation compares the answered box with them.
   */
  readonly mask?: Rle;
  /** The data's reasoning text, without its tags; no reward sees it. */
  readonly reasoning?: string;
}

/**
 * A finite, ordered set of questions with random access.
 *
 * `question(i)` is a pure function of `i` in [0, size): asked twice, it gives equal questions.
 */
export interface QuestionSource {
  /** What errors and records call the source. */
  readonly name: string;
  /** Number of questions, at least 0. */
  readonly size: number;
  /** What reproduces this set; written unchanged into the header of the metrics. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Number of questions with a reasoning text. Default: not known. */
  readonly reasoned?: number;
  /**
   * The names of the caller's own kinds among its targets: a run looks for their definitions before
   * it starts. Default: not known.
   */
  readonly ownKinds?: readonly string[];
  /**
   * The question of an index, its images decoded.
   *
   * @throws {RangeError} If `index` is not an integer in [0, size).
   */
  question(index: number): Promise<Question>;
  /**
   * Names a question's image without reading it; equal for questions about the same one. Default:
   * the question's `imageId` or `id`.
   */
  readonly picture?: (index: number) => string;
  /** Names each of a question's images. Default: it has one, which `picture` names. */
  readonly pictures?: (index: number) => readonly string[];
  /**
   * Of a source that leaves out bad images: the question, or `undefined` if its image is bad. An
   * evaluation uses it, so that no question is asked twice.
   */
  readonly questionUnlessBad?: (index: number) => Promise<Question | undefined>;
}
