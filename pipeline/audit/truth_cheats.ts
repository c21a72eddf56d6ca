import type { Box } from "../../data/geometry/box.ts";
import type { DetectionTarget, GroundingTarget } from "../../data/questions/question.ts";
import { formatSolution } from "../../stages/parse/format_solution.ts";
import { CENTRE, CORNER, grid, item, stating, wrapped } from "./answer_text.ts";
import { ALL, BOXES, type Cheat, CLASSIFICATION, DETECTION, GROUNDING } from "./cheat.ts";
import { KIND_TRUTH_CHEATS } from "./kind_truth_cheats.ts";
import type { AuditQuestion, Kind } from "./questions.ts";

const onTruth = (
  knows: "part" | "all",
  name: string,
  kinds: readonly Kind[],
  write: (question: AuditQuestion) => string | undefined,
): Cheat => ({ name, kinds, knows, write });

const honest = ({ target }: AuditQuestion) => formatSolution(target, "I look.");
const contentOf = (question: AuditQuestion) =>
  honest(question).replace(/^.*<answer>/s, "").replace("</answer>", "");

/** On detection questions with at least so many boxes. */
const onBoxes = (
  least: number,
  write: (boxes: readonly Box[]) => string,
) =>
({ target }: AuditQuestion) =>
  target.kind === "detection" && target.boxes.length >= least
    ? write(target.boxes)
    : undefined;

/** On every box of a question that has some, in the form of its kind. */
const onEach =
  (confidence: number | string, change: (box: Box) => Box) =>
  ({ target }: AuditQuestion) => {
    if (target.kind !== "detection" && target.kind !== "grounding") return undefined;
    const boxes = truth(target);
    if (boxes.length === 0) return undefined;
    return stating(target.kind, boxes.map(change), confidence);
  };

const truth = (target: DetectionTarget | GroundingTarget) =>
  target.kind === "detection" ? target.boxes : [target.box];

/** On classification questions. */
const onLabel =
  (write: (label: string, labels: readonly string[]) => string) =>
  ({ target, asked }: AuditQuestion) =>
    target.kind === "classification" ? write(target.label, asked.labels) : undefined;

/** Letters that look like Latin ones, and digits of other scripts. */
const LOOK_ALIKES = new Map([..."aceopxy"].map((l, i) => [l, [..."асеорху"][i]!]));
const lookAlike = (text: string) =>
  text.replace(/[a-z]/g, (letter) => LOOK_ALIKES.get(letter) ?? letter)
    .replace(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));

/** Cheats that know a part of the ground truth, or all of it. */
export const TRUTH_CHEATS: readonly Cheat[] = [
  // Part of the ground truth.
  onTruth("part", "a piece of the label", CLASSIFICATION, onLabel((l) => wrapped(l[0]!))),
  onTruth(
    "part",
    "the label among others",
    CLASSIFICATION,
    onLabel((label, labels) => {
      const others = labels.filter((other) => other !== label);
      return wrapped([...others.slice(0, 3), label].join(" or "));
    }),
  ),
  onTruth(
    "part",
    "the label, denied",
    CLASSIFICATION,
    onLabel((label) => wrapped(`not a ${label}`)),
  ),
  onTruth(
    "part",
    "one box of several",
    DETECTION,
    onBoxes(2, ([first]) => stating("detection", [first!], 1)),
  ),
  onTruth(
    "part",
    "one box around all",
    DETECTION,
    onBoxes(2, (boxes) =>
      stating("detection", [{
        x1: Math.min(...boxes.map(({ x1 }) => x1)),
        y1: Math.min(...boxes.map(({ y1 }) => y1)),
        x2: Math.max(...boxes.map(({ x2 }) => x2)),
        y2: Math.max(...boxes.map(({ y2 }) => y2)),
      }], 1)),
  ),
  onTruth(
    "part",
    "right boxes and a hundred doubted",
    DETECTION,
    onBoxes(1, (boxes) =>
      wrapped(
        `[${
          [
            ...boxes.map((box) => item(box, 1)),
            ...grid(10).map((box) => item(box, 0)),
          ].join(", ")
        }]`,
      )),
  ),
  onTruth(
    "part",
    "the object is there, said by 'No Objects'",
    DETECTION,
    onBoxes(1, () => wrapped("No Objects")),
  ),
  onTruth(
    "part",
    "right place, half the width",
    BOXES,
    onEach(1, (box) => ({
      ...box,
      x2: Math.round((box.x1 + box.x2) / 2),
    })),
  ),
  onTruth("part", "right place, doubted", DETECTION, onEach(0, (box) => box)),
  onTruth(
    "part",
    "two regions",
    GROUNDING,
    ({ target }) =>
      target.kind === "grounding"
        ? stating("grounding", [target.box, CENTRE], 1)
        : undefined,
  ),
  ...KIND_TRUTH_CHEATS,
  // All of the ground truth, dressed up.
  onTruth("all", "truth, confidence 1000", DETECTION, onEach(1000, (box) => box)),
  onTruth("all", "truth, confidence 1e309", DETECTION, onEach("1e309", (box) => box)),
  onTruth(
    "all",
    "truth, corners inverted",
    BOXES,
    onEach(1, ({ x1, y1, x2, y2 }) => ({
      x1: x2,
      y1: y2,
      x2: x1,
      y2: y1,
    })),
  ),
  onTruth(
    "all",
    "truth, each box twice",
    DETECTION,
    onBoxes(1, (boxes) => stating("detection", [...boxes, ...boxes], 1)),
  ),
  onTruth(
    "all",
    "truth and a wrong box at −5",
    DETECTION,
    onBoxes(1, (boxes) =>
      wrapped(
        `[${boxes.map((box) => item(box, 1)).join(", ")}, ${item(CORNER, -5)}]`,
      )),
  ),
  onTruth(
    "all",
    "truth and 'No Objects'",
    DETECTION,
    (question) => wrapped(`${contentOf(question)} No Objects`),
  ),
  onTruth(
    "all",
    "truth before the thoughts",
    ALL,
    (question) => `<answer>${contentOf(question)}</answer><think>I look.</think>`,
  ),
  onTruth(
    "all",
    "truth, answered twice",
    ALL,
    (question) => `${honest(question)}<answer>${contentOf(question)}</answer>`,
  ),
  onTruth(
    "all",
    "truth in nested tags",
    ALL,
    (question) => wrapped(honest(question), honest(question)),
  ),
  onTruth("all", "truth without tags", ALL, contentOf),
  onTruth(
    "all",
    "truth after huge thoughts",
    ALL,
    (question) => wrapped(contentOf(question), "because ".repeat(10_000)),
  ),
  onTruth(
    "all",
    "truth in look-alike letters",
    ALL,
    (question) => wrapped(lookAlike(contentOf(question))),
  ),
];
