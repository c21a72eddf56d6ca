import type { Box } from "../geometry/box.ts";
import type { RgbImage } from "../pictures/image.ts";
import type { Rle } from "../geometry/mask/rle.ts";

/** The boxes of one category's objects; none if the image shows none of them. */
export interface DetectionTarget {
  /** Tells this target from the others. */
  readonly kind: "detection";
  /** Name of the category that is asked for. */
  readonly category: string;
  /** In the frame 0–1000. */
  readonly boxes: readonly Box[];
}

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
export interface GroundingTarget {
  /** Tells this target from the others. */
  readonly kind: "grounding";
  /** In the frame 0–1000. */
  readonly box: Box;
}

/** The ground truth of a question, which an answer is checked against. */
export type Target = DetectionTarget | ClassificationTarget | GroundingTarget;

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
  /** What the model is asked, without the chat template. */
  readonly prompt: string;
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
  /**
   * Of a source that leaves out bad images: the question, or `undefined` if its image is bad. An
   * evaluation uses it, so that no question is asked twice.
   */
  readonly questionUnlessBad?: (index: number) => Promise<Question | undefined>;
}
