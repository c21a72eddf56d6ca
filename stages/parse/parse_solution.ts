import type { Frame, FramedBox } from "../../data/geometry/box.ts";
import type { TruthKind } from "../../data/formats/file_spec.ts";
import type { ReadTruth } from "../../data/formats/truth.ts";
import { nearestName } from "../../data/nearest_name.ts";
import { normaliseLabel } from "../../data/questions/label.ts";
import { type Target, UNNAMED_CATEGORY } from "../../data/questions/question.ts";
import { quoted } from "../../data/short_text.ts";
import type { Detection } from "../records.ts";
import { splitBlocks } from "./blocks.ts";
import { saysNothingIsThere } from "./plain_content.ts";
import { namedCategory } from "./named_category.ts";
import { statedTruth } from "./stated_truth.ts";
import { readBoxes, type StatedBoxes } from "./read_boxes.ts";

/**
 * The ground truth in a solution (`<answer>…</answer>`, with or without `<think>…</think>` before
 * it, or neither), read by the same reader as answers and never guessed:
 *
 * - 'No Objects', `[]` and the like (`saysNothingIsThere`) are detection without boxes; the word
 *   "None" alone is so only if the problem asks for boxes;
 * - a list of boxes is detection, and so is a single box if the problem names a category or asks for
 *   all of something; any other single box is grounding;
 * - what looks like boxes, JSON, tags or a sentence with a box and is not one of these is an error,
 *   and so is a label under a problem that asks to detect all of a category;
 * - anything else is a label.
 *
 * The category of a detection is the one that the problem names, else the label that its boxes
 * share, else {@linkcode UNNAMED_CATEGORY}.
 *
 * @param problem The words of the question.
 * @param solution With or without the tags.
 * @param kind What it is read as, if that is known; see `statedTruth`.
 * @throws {SyntaxError} If nothing can be read: gives the reason; the caller adds the place.
 *
 * @example
 * ```ts
 * import { parseSolution } from "./parse_solution.ts";
 *
 * parseSolution("Identify the species.", "<answer>garden phlox</answer>");
 * // { target: { kind: "classification", label: "garden phlox" }, frame: "per mille" }
 * parseSolution("the category 'cat' in the image", "<answer>No Objects</answer>");
 * // { target: { kind: "detection", category: "cat", boxes: [] }, frame: "per mille" }
 * ```
 */
export function parseSolution(
  problem: string,
  solution: string,
  kind: TruthKind = "auto",
): ReadTruth {
  const { think, content } = contentOf(solution);
  const reasoning = think?.trim();
  if (content === "") throw new SyntaxError("the solution says nothing");
  const truth = kind === "auto"
    ? truthOf(problem, content)
    : statedTruth(kind, content, () => truthOf(problem, content));
  return { ...truth, ...reasoning && { reasoning } };
}

function contentOf(
  solution: string,
): { readonly think?: string; readonly content: string } {
  checkTags(solution);
  if (!/<\/?(?:think(?:ing)?|answer)>/i.test(solution)) {
    return { content: solution.trim() };
  }
  const { think, content = "" } = splitBlocks(solution);
  return { think, content };
}

const TAGS = ["think", "thinking", "answer"];
const THOUGHTS = /(?:<think(?:ing)?>)?[^]*?<\/think(?:ing)?>/i;
const ANSWER = /<answer>[^]*?(?:<\/answer>|$)/i;

/**
 * Refuses tags that are mistyped, as in `<txink>`, and any tag beside the blocks of thoughts and answer:
 * what they hold would be lost.
 */
function checkTags(solution: string): void {
  for (const [tag, name] of solution.matchAll(/<\/?([a-z]\w*)>/gi)) {
    const near = nearestName(name!, TAGS);
    if (near === undefined || TAGS.includes(name!.toLowerCase())) continue;
    throw new SyntaxError(
      `the solution ${quoted(solution)} has the tag ${tag}; did you mean ${
        tag!.replace(name!, near)
      }?`,
    );
  }
  if (!/<answer>/i.test(solution)) return;
  const outside = solution.replace(THOUGHTS, "").replace(ANSWER, "");
  const tag = /<\/?[a-z]\w*>/i.exec(outside)?.[0];
  if (tag === undefined) return;
  throw new SyntaxError(
    `the solution ${
      quoted(solution)
    } has the tag ${tag} outside of its blocks: write one ` +
      "<think>…</think> and one <answer>…</answer>",
  );
}

function truthOf(problem: string, content: string): ReadTruth {
  const named = namedCategory(problem);
  const asksForBoxes = named !== undefined || ASKS_FOR_BOXES.test(problem);
  if (saysNothingIsThere(content) && (asksForBoxes || !/^\W*none\W*$/i.test(content))) {
    const target = {
      kind: "detection",
      category: named ?? UNNAMED_CATEGORY,
      boxes: [],
    } as const;
    return { target, frame: "per mille" };
  }
  const stated = readBoxes(content);
  if (stated.isWhole && stated.detections.length > 0) {
    return boxesTruth(problem, named, stated);
  }
  if (stated.detections.length > 0 || LOOKS_LIKE_MORE.some((way) => way.test(content))) {
    throw new SyntaxError(
      `the solution ${
        quoted(content)
      } is no plain label, and its boxes cannot be read: write ` +
        "the boxes and nothing else, as in [{'Position': [x1, y1, x2, y2]}], or the label alone; " +
        "truth=text says that it is a text",
    );
  }
  if (named !== undefined && /\bdetect\s+all\b/i.test(problem)) {
    throw new SyntaxError(
      `the problem asks to detect all of ${quoted(named)}, and the solution ${
        quoted(content)
      } is neither boxes nor 'No Objects'`,
    );
  }
  return { target: { kind: "classification", label: content }, frame: "per mille" };
}

/** Words of a problem whose answer is boxes. */
const ASKS_FOR_BOXES =
  /\b(?:bounding box(?:es)?|bbox(?:es)?|bbox_2d|coordinates|detect|locate)\b/i;

/** Words of a problem that is about every object of a kind. */
const ASKS_FOR_ALL = /\b(?:all|every|each|any)\b/i;

/** What no label has: brackets with numbers, braces, tags, special tokens, fences, several lines. */
const LOOKS_LIKE_MORE: readonly RegExp[] = [
  /[{}]/,
  /[[(]\s*[-\d.'"]+\s*[,;]/,
  /^\s*\[|\]\s*$/,
  /<[/|]|<\w/,
  /\b(?:answer|think)>/i,
  /```/,
  /[\r\n]/,
  /-?\d+(?:\.\d+)?(?:\s*,\s*-?\d+(?:\.\d+)?){3}/,
  /####/,
  /^-?\d+(?:\.\d+)?(?:\s+-?\d+(?:\.\d+)?){3,}$/,
  /\b(?:bbox(?:_2d)?|position|box_2d|point_2d)\b['"]?\s*[:=]/i,
];

function boxesTruth(
  problem: string,
  named: string | undefined,
  { detections, dialect }: StatedBoxes,
): ReadTruth {
  const frame = dialect === "position" || dialect === "corners" ? "per mille" : "pixels";
  const boxes = detections.map(({ box }) => upright(box));
  const several = boxes.length > 1 && dialect !== "position";
  if (
    several && named === undefined && !ASKS_FOR_ALL.test(problem) && !hasLabel(detections)
  ) {
    throw new SyntaxError(
      `the solution has ${boxes.length} boxes, and neither it nor the problem says of what: name ` +
        "the category in the problem, as in: the category 'cup' in the image",
    );
  }
  const isRegion = boxes.length === 1 && dialect !== "position" && named === undefined &&
    !(ASKS_FOR_ALL.test(problem) && ASKS_FOR_BOXES.test(problem));
  const target: Target<Frame> = isRegion
    ? { kind: "grounding", box: boxes[0]! }
    : { kind: "detection", category: categoryOf(named, detections), boxes };
  return { target, frame };
}

function hasLabel(detections: readonly Detection<Frame>[]): boolean {
  return detections.some(({ label }) => label !== undefined);
}

/** The category that problem and labels agree on. */
function categoryOf(
  named: string | undefined,
  detections: readonly Detection<Frame>[],
): string {
  const labels = new Map<string, string>();
  for (const { label } of detections) {
    if (label !== undefined) labels.set(normaliseLabel(label), label);
  }
  const [label, another] = [...labels.values()];
  if (another !== undefined) {
    throw new SyntaxError(
      `the solution has boxes of ${quoted(label!)} and of ${
        quoted(another)
      }: ask for each in a ` +
        "question of its own",
    );
  }
  if (named !== undefined && label !== undefined) {
    if (normaliseLabel(label) === normaliseLabel(named)) return named;
    throw new SyntaxError(
      `the problem asks for ${quoted(named)}, and the solution has boxes of ${
        quoted(label)
      }`,
    );
  }
  return named ?? label ?? UNNAMED_CATEGORY;
}

function upright<B extends FramedBox<Frame>>(box: B): B {
  const { x1, y1, x2, y2 } = box;
  if (x1 < x2 && y1 < y2) return box;
  const inverted = x1 > x2 || y1 > y2;
  throw new SyntaxError(
    `the solution has a box ${inverted ? "with inverted corners" : "without area"}: ` +
      `${x1}, ${y1}, ${x2}, ${y2}; write x1, y1, x2, y2 with x1 < x2 and y1 < y2` +
      (inverted ? ", not x, y, width and height" : ""),
  );
}
