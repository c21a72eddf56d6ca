import type { DetectionTarget, Question } from "../../data/questions/question.ts";

/**
 * Which detection questions an evaluation asks:
 *
 * - `all`: every one that the data has, about absent categories too;
 * - `exist-map`: those whose category is said to be in the picture, by an earlier question to
 *   the model ("is there any …?") or by a file; the others count as answered 'No Objects';
 * - `truth`: those whose category is there. The rest is left out: a model that invents things
 *   loses nothing by it, so these figures are the kindest of the three.
 *
 * `exist-map` is what the paper's figures were made with. Like the authors' code (its folders
 * coco_evaluation and lvis_evaluation, the maps exist_map_*.json): a first pass asks whether a
 * category is in a picture, boxes are asked for where it is said to be, all true boxes count
 * whether they were asked for or not, and duplicates of a category in one picture compete.
 * Unlike it:
 *
 * - The authors made one map with the base model, by asking for each of the data set's
 *   categories on each picture, and kept it for all fine-tuned models. Here the model under
 *   test makes its own unless a file is given, and the pairs of picture and category are those
 *   of the data's questions. Give one file to all models that are to be compared.
 * - They drop a box that an answer states twice, and the rest of an answer after a box without
 *   a confidence; here a box twice is a false alarm, and no confidence is confidence 0.
 * - Their AP is pycocotools' on whole files; the option `predictions` computes that. The figures of an
 *   evaluation are `figuresOf`'s, from the same parser as the rewards.
 */
export const PROTOCOLS = ["all", "exist-map", "truth"] as const;

/** The name of a protocol. */
export type Protocol = (typeof PROTOCOLS)[number];

/** Categories that are said to be in a picture, by the picture's name. */
export type PresentCategories = ReadonlyMap<string, ReadonlySet<string>>;

/** What an evaluation does with a question. */
export type Treatment = "ask" | "count as 'No Objects'" | "leave out";

/** The name that a picture goes by in a map of present categories. */
export function pictureOf({ id, imageId }: Pick<Question, "id" | "imageId">): string {
  return imageId ?? id;
}

/**
 * A question's target, where a protocol asks for categories.
 *
 * @throws {RangeError} Where the question is not detection.
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
 * @throws {RangeError} Where a protocol other than `all` meets a question that is not detection,
 * or the map does not know its picture.
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
      `The exist map says nothing about the picture ${
        pictureOf(question)
      }: make it again ` +
        "for this data, by giving existMap a new name",
    );
  }
  return categories.has(category) ? "ask" : "count as 'No Objects'";
}
