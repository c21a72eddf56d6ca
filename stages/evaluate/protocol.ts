import type { DetectionTarget, Question } from "../../data/questions/question.ts";

/**
 * Which detection questions an evaluation asks:
 *
 * - `all`: all questions of the data, also those about absent categories;
 * - `exist-map`: those whose category is in the image according to an earlier question to
 *   the model ("is there any …?") or by a file; the others count as answered 'No Objects';
 * - `truth`: those whose category is present. The rest is left out: a model that invents objects
 *   loses nothing, so these figures are the highest of the three.
 *
 * `exist-map` is what the paper's figures were made with. Like the authors' code (its folders
 * coco_evaluation and lvis_evaluation, the maps exist_map_*.json): a first pass asks whether a
 * category is in an image, boxes are asked for if the answer is yes, all true boxes count
 * whether they were asked for or not, and duplicates of a category in one image compete.
 * Unlike it:
 *
 * - The authors made one map with the base model, by asking for each of the data set's
 *   categories on each image, and kept it for all fine-tuned models. Here the model under
 *   test makes its own unless a file is given, and the pairs of image and category are those
 *   of the data's questions. Give one file to all models that are to be compared.
 * - They drop a box that an answer states twice, and the rest of an answer after a box without
 *   a confidence; here a box twice is a false alarm, and no confidence is confidence 0.
 * - Their AP is pycocotools' on whole files; the option `predictions` computes that. The figures of an
 *   evaluation are `figuresOf`'s, from the same parser as the rewards.
 */
export const PROTOCOLS = ["all", "exist-map", "truth"] as const;

/** The name of a protocol. */
export type Protocol = (typeof PROTOCOLS)[number];

/** Categories that an image is said to show, by the image's name. */
export type PresentCategories = ReadonlyMap<string, ReadonlySet<string>>;

/** What an evaluation does with a question. */
export type Treatment = "ask" | "count as 'No Objects'" | "leave out";

/** The name that an image goes by in a map of present categories. */
export function pictureOf({ id, imageId }: Pick<Question, "id" | "imageId">): string {
  return imageId ?? id;
}

/**
 * The detection target of a question, which a protocol other than `all` needs.
 *
 * @throws {RangeError} If the question is not detection.
 */
export function detectionTarget(
  { id, target }: Pick<Question, "id" | "target">,
  protocol: Protocol,
): DetectionTarget {
  if (target.kind === "detection") return target;
  throw new RangeError(
    `protocol ${protocol} is for detection: question ${id} is ${target.kind}; ` +
      "use option protocol all, or detection data",
  );
}

/**
 * What a protocol does with a question.
 *
 * @param present For the protocol `exist-map`.
 * @throws {RangeError} If a protocol other than `all` meets a question that is not detection,
 * or the map does not know its image.
 *
 * @example
 * ```ts
 * import { treatment } from "./protocol.ts";
 *
 * const target = { kind: "detection", category: "cat", boxes: [] } as const;
 * treatment({ id: "q", target }, "truth"); // "leave out"
 * const present = new Map([["q", new Set(["cat"])]]);
 * treatment({ id: "q", target }, "exist-map", present); // "ask"
 * ```
 */
export function treatment(
  question: Pick<Question, "id" | "imageId" | "target">,
  protocol: Protocol,
  present: PresentCategories = new Map(),
): Treatment {
  if (protocol === "all") return "ask";
  const { category, boxes } = detectionTarget(question, protocol);
  if (protocol === "truth") return boxes.length > 0 ? "ask" : "leave out";
  const categories = present.get(pictureOf(question));
  if (categories === undefined) {
    throw new RangeError(
      `The exist map says nothing about the image ${
        pictureOf(question)
      }: make it again ` +
        "for this data, by giving existMap a new name",
    );
  }
  return categories.has(category) ? "ask" : "count as 'No Objects'";
}
