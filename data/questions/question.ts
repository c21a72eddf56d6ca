import type { Box } from "../geometry/box.ts";
import type { RgbImage } from "../pictures/image.ts";
import type { Rle } from "../geometry/mask/rle.ts";

/** Where the objects of one category are; no boxes means that the image has none of them. */
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
  /** Other names that are right too; none where absent. See `labelSet`. */
  readonly aliases?: readonly string[];
}

/** The one region that a sentence means. */
export interface GroundingTarget {
  /** Tells this target from the others. */
  readonly kind: "grounding";
  /** In the frame 0–1000. */
  readonly box: Box;
}

/** The truth that an answer is checked against. */
export type Target = DetectionTarget | ClassificationTarget | GroundingTarget;

/** A prompt on images whose right answer is known. */
export interface Question {
  /** Unique in its source and stable between runs. */
  readonly id: string;
  /**
   * Names the picture where several questions ask about the same one, as the data set names it
   * (COCO: its image id). Default: `id` does.
   */
  readonly imageId?: string;
  /** Zero, one or more pictures, in the order in which the prompt shows them. */
  readonly images: readonly RgbImage[];
  /** What the model is asked, without the chat template. */
  readonly prompt: string;
  /** The ground truth. */
  readonly target: Target;
  /**
   * Pixels of the region that a grounding question means, where the data set outlines it. No
   * reward sees them: an evaluation compares the box answered with them.
   */
  readonly mask?: Rle;
  /** The reasoning text that the data holds, without its tags; no reward sees it. */
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
  /** What reproduces this set: goes into the header of the metrics as it is. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Questions that hold a reasoning text. Default: nobody counted them. */
  readonly reasoned?: number;
  /**
   * The question of an index, its images decoded.
   *
   * @throws {RangeError} If `index` is not an integer in [0, size).
   */
  question(index: number): Promise<Question>;
  /**
   * Names a question's picture without a look at it, equal where questions are about the same
   * one. Default: the question's `imageId` or `id` does.
   */
  readonly picture?: (index: number) => string;
  /**
   * Where the source leaves out bad pictures: the question, or nothing in place of one whose
   * picture is bad. An evaluation asks through it, so that none is asked twice.
   */
  readonly questionUnlessBad?: (index: number) => Promise<Question | undefined>;
}
