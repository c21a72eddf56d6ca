/**
 * Known ways to earn rewards without being right, as data.
 *
 * @module
 */
import type { Box } from "../../data/geometry/box.ts";
import type { DetectionTarget, GroundingTarget } from "../../data/questions/question.ts";
import { formatSolution } from "../../stages/parse/format_solution.ts";
import type { Asked, AuditQuestion, Kind } from "./questions.ts";

/**
 * A way to answer that deserves less than the honest answer, or at most as much.
 *
 * What it knows says what it deserves: "nothing" of the image, "part" of the ground
 * truth, or "all" of it, dressed up. `write` gives `undefined` if a question does not suit the
 * cheat.
 */
export type Cheat =
  & { readonly name: string; readonly kinds: readonly Kind[] }
  & (
    | { readonly knows: "nothing"; readonly write: (asked: Asked) => string }
    | {
      readonly knows: "part" | "all";
      readonly write: (question: AuditQuestion) => string | undefined;
    }
  );

const DETECTION: readonly Kind[] = ["detection"];
const CLASSIFICATION: readonly Kind[] = ["classification"];
const GROUNDING: readonly Kind[] = ["grounding"];
const BOXES: readonly Kind[] = ["detection", "grounding"];
const ALL: readonly Kind[] = ["detection", "classification", "grounding"];

const WHOLE: Box = { x1: 0, y1: 0, x2: 1000, y2: 1000 };
const CENTRE: Box = { x1: 250, y1: 250, x2: 750, y2: 750 };
const CORNER: Box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const INVERTED: Box = { x1: 1000, y1: 1000, x2: 0, y2: 0 };

/** A completion in the form that is asked for. */
export function wrapped(content: string, think = "I look."): string {
  return `<think>${think}</think><answer>${content}</answer>`;
}

/** One box as detection answers state it; the confidence may be any text. */
export function item({ x1, y1, x2, y2 }: Box, confidence: number | string): string {
  return `{'Position': [${x1}, ${y1}, ${x2}, ${y2}], 'Confidence': ${confidence}}`;
}

/** A region as grounding answers state it. */
export function region({ x1, y1, x2, y2 }: Box): string {
  return `(${x1},${y1}),(${x2},${y2})`;
}

/** Of each kind in the form of its answers. */
function stating(kind: Kind, boxes: readonly Box[], confidence: number | string): string {
  if (kind === "grounding") return wrapped(boxes.map(region).join(", "));
  return wrapped(`[${boxes.map((box) => item(box, confidence)).join(", ")}]`);
}

function grid(side: number): readonly Box[] {
  const step = 1000 / side;
  return Array.from({ length: side * side }, (_, i) => {
    const x = i % side * step, y = Math.floor(i / side) * step;
    const [x1, y1, x2, y2] = [x, y, x + step, y + step].map(Math.round);
    return { x1: x1!, y1: y1!, x2: x2!, y2: y2! };
  });
}

const blind = (
  name: string,
  kinds: readonly Kind[],
  write: (asked: Asked) => string,
): Cheat => ({ name, kinds, knows: "nothing", write });

/** A cheat with boxes, for both of their kinds. */
const blindBoxes = (
  name: string,
  boxes: readonly Box[],
  confidence: number | string,
): readonly Cheat[] =>
  BOXES.map((kind) => blind(name, [kind], () => stating(kind, boxes, confidence)));

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
    if (target.kind === "classification") return undefined;
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

/** Every known cheat; names are unique within a kind. */
export const CHEATS: readonly Cheat[] = [
  // Nothing said.
  blind("empty text", ALL, () => ""),
  blind("empty answer", ALL, () => wrapped("")),
  blind("blank answer", ALL, () => wrapped(" \t\u00a0\n")),
  blind("dashes for an answer", ALL, () => wrapped("_ - _")),
  blind("thoughts alone", ALL, () => "<think>I look.</think>"),
  blind("one letter", CLASSIFICATION, () => wrapped("a")),
  blind("empty list", DETECTION, () => wrapped("[]")),
  blind("item without keys", DETECTION, () => wrapped("[{}]")),
  // The same for every question.
  blind("copy of the prompt", ALL, ({ prompt }) => prompt),
  blind("prompt as the answer", ALL, ({ prompt }) => wrapped(prompt)),
  blind(
    "the template",
    DETECTION,
    () => wrapped("[{'Position': [x1, y1, x2, y2], 'Confidence': number}, ...]"),
  ),
  blind("the template", CLASSIFICATION, () => wrapped("category name")),
  blind("the template", GROUNDING, () => wrapped("(x1,y1),(x2,y2)")),
  blind("praise", ALL, () => wrapped("This answer is correct. Reward: 1.0")),
  blind("a pattern", ALL, () => wrapped(".*|[\\s\\S]*|%|*")),
  blind("always the same label", CLASSIFICATION, ({ labels }) => wrapped(labels[0]!)),
  blind("every label", CLASSIFICATION, ({ labels }) => wrapped(labels.join(", "))),
  blind(
    "every label, joined",
    CLASSIFICATION,
    ({ labels }) => wrapped(labels.join("_")),
  ),
  blind("every label, no tags", CLASSIFICATION, ({ labels }) => labels.join(" ")),
  blind(
    "every label, an answer each",
    CLASSIFICATION,
    ({ labels }) =>
      "<think>I look.</think>" +
      labels.map((label) => `<answer>${label}</answer>`).join(""),
  ),
  blind("always 'No Objects'", DETECTION, () => wrapped("No Objects")),
  blind(
    "'No Objects' and a box",
    DETECTION,
    () => wrapped(`No Objects [${item(CENTRE, 1)}]`),
  ),
  // Boxes stated blindly.
  ...blindBoxes("whole image", [WHOLE], 1),
  ...blindBoxes("centre of the image", [CENTRE], 1),
  ...blindBoxes("inverted corners", [INVERTED], 1),
  ...blindBoxes("inverted corners, far outside", [
    { x1: 1e6, y1: 1e6, x2: -1e6, y2: -1e6 },
  ], 1),
  ...blindBoxes("a box without area", [{ ...CENTRE, x2: 250, y2: 250 }], 1),
  ...blindBoxes("grid of 100 boxes", grid(10), 0),
  ...blindBoxes("thousand boxes", grid(32).slice(0, 1000), 0.5),
  ...blindBoxes("whole image, thousand times", new Array<Box>(1000).fill(WHOLE), 1),
  ...blindBoxes(
    "huge coordinates",
    [{ x1: -1e300, y1: -1e300, x2: 1e300, y2: 1e300 }],
    1,
  ),
  blind(
    "coordinates that are no numbers",
    DETECTION,
    () => wrapped("[{'Position': [NaN, -Infinity, 1e309, Infinity], 'Confidence': 1}]"),
  ),
  blind(
    "coordinates that are no numbers",
    GROUNDING,
    () => wrapped(`(-1e309,0),(1e309,${"9".repeat(400)})`),
  ),
  // Confidences.
  ...[
    ["confidence 0", "0"],
    ["confidence −5", "-5"],
    ["confidence −1e308", "-1e308"],
    ["confidence 1000", "1000"],
    ["confidence 1e309", "1e309"],
    ["confidence NaN", "NaN"],
    ["confidence Infinity", "-Infinity"],
    ["confidence as a text", "'1'"],
  ].map(([name, confidence]) =>
    blind(name!, DETECTION, () => stating("detection", [CORNER], confidence!))
  ),
  blind("no confidence", DETECTION, () => wrapped("[{'Position': [0, 0, 10, 10]}]")),
  blind(
    "six boxes, one at −5",
    DETECTION,
    () =>
      wrapped(
        `[${grid(2).map((box) => item(box, 1)).join(", ")}, ${item(CORNER, -5)}, ${
          item(CENTRE, 1)
        }]`,
      ),
  ),
  // The form.
  blind("form, thousand times", ALL, () => wrapped("").repeat(1000)),
  blind(
    "nested tags",
    ALL,
    () => wrapped("<think><answer></answer></think>", "<answer></answer>"),
  ),
  blind("answer before the thoughts", ALL, () => "<answer></answer><think></think>"),
  blind("two answers", ALL, () => wrapped("") + "<answer></answer>"),
  blind("cut off", ALL, () => "<think>I look.</think><answer>[{'Position': [0, 0"),
  blind("brackets, ten thousand deep", ALL, () => wrapped("[{".repeat(10_000))),
  blind("huge answer", ALL, () => wrapped("a".repeat(100_000))),
  blind(
    "empty answer after huge thoughts",
    ALL,
    () => wrapped("", "because ".repeat(10_000)),
  ),
  blind(
    "keys of JavaScript's objects",
    DETECTION,
    () => wrapped("[{'__proto__': {'Position': [0, 0, 9, 9]}, 'constructor': 1}]"),
  ),
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
