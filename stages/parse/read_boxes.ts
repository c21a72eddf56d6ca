import type { Frame, FramedBox } from "../../data/geometry/box.ts";
import type { Detection } from "../records.ts";
import { withoutFence } from "./plain_content.ts";
import { type LooseValue, readValue, skipSpace } from "./read_value.ts";

/**
 * How boxes are written: `position` as the paper does (`{'Position': […], 'Confidence': c}`),
 * `bbox` under another key (`bbox_2d`, `bbox`, `box`), `bare` as lists of four numbers, `corners` as
 * `(x1,y1),(x2,y2)`.
 */
export type BoxDialect = "position" | "bbox" | "bare" | "corners";

/** The boxes that a text states. */
export interface StatedBoxes {
  /** In the order stated; corners, confidences and labels as stated, numbers always finite. */
  readonly detections: readonly Detection<Frame>[];
  /** How they are written. Default: there are none. */
  readonly dialect?: BoxDialect;
  /** Whether the text is these boxes and nothing else, all of them whole. */
  readonly isWhole: boolean;
}

/**
 * Reads the boxes that an answer or a ground truth states, in every dialect of models and data sets:
 *
 * - `{'Position': [x1, y1, x2, y2], 'Confidence': c}`, with the key in any case, or `bbox_2d`,
 *   `bbox` or `box`, which may also have a list of boxes; with `label`, and `confidence` or `score`.
 *   Items may stand in a list, alone, below another key, or with text between them. Single quotes,
 *   numbers in quotes, tuples and percentages are read;
 * - `[x1, y1, x2, y2]` and lists of such lists, if the content is nothing else;
 * - `(x1,y1),(x2,y2)`, with or without Qwen's tokens around it; read only if nothing else is found.
 *
 * A code fence around the content does not matter. Complete items count: the tail of a list that was
 * cut off is left out, and so is an item whose box is not four finite numbers. A confidence that is
 * not one finite number (`0.050.05`, `NaN`, `'high'`) is none. Total and linear in the length of the
 * text.
 *
 * @example
 * ```ts
 * import { readBoxes } from "./read_boxes.ts";
 *
 * readBoxes("[{'Position': [0, 0, 10, 10], 'Confidence': 0.9}, {'Position': [5, 5").detections;
 * // [{ box: { x1: 0, y1: 0, x2: 10, y2: 10 }, confidence: 0.9 }]
 * readBoxes('{"bbox_2d": [0, 0, 10, 10], "label": "cat"}').isWhole; // true
 * ```
 */
export function readBoxes(content: string): StatedBoxes {
  const text = withoutFence(content);
  const whole = wholeValue(text);
  const all = whole && boxesOfValue(whole);
  if (all !== undefined && all.detections.length > 0) {
    return { ...all, isWhole: true };
  }
  const bare = whole && bareBoxes(whole);
  if (bare !== undefined && bare.length > 0) {
    return { detections: bare, dialect: "bare", isWhole: true };
  }
  const items = scattered(text);
  if (items.detections.length > 0) {
    return { ...items, isWhole: false };
  }
  const corners = readCorners(text);
  return {
    detections: corners.detections,
    ...corners.detections.length > 0 && { dialect: "corners" },
    isWhole: corners.isWhole,
  };
}

/** The value that a text is, if it is one value and nothing else. */
function wholeValue(text: string): LooseValue | undefined {
  if (!/^[[{(]/.test(text)) return undefined;
  const read = readValue(text, 0);
  if (read === undefined) return undefined;
  return skipSpace(text, read.end) === text.length ? read.value : undefined;
}

type Found = Pick<StatedBoxes, "detections" | "dialect">;

/** The items of a value, if it is made of items with boxes and of nothing else. */
function boxesOfValue(value: LooseValue): Found | undefined {
  if (value.kind === "object") {
    const item = itemOf(value);
    if (item !== undefined) return item.detections.length > 0 ? found([item]) : undefined;
    // One key around them, as in {"objects": […]}.
    const inner = value.entries.filter(([, { kind }]) =>
      kind === "list" || kind === "object"
    );
    if (inner.length !== 1) return undefined;
    const [key, one] = inner[0]!;
    return boxesOfValue(one) ??
      (AROUND_BARE.test(key.trim()) ? bareFound(one) : undefined);
  }
  if (value.kind !== "list") return undefined;
  const items = value.items.map((one) => one.kind === "object" ? itemOf(one) : undefined);
  return items.every((item) => item !== undefined && item.detections.length > 0)
    ? found(items as readonly Item[])
    : undefined;
}

function bareFound(value: LooseValue): Found | undefined {
  const boxes = bareBoxes(value);
  return boxes && boxes.length > 0 ? { detections: boxes, dialect: "bare" } : undefined;
}

/** Items anywhere in a text, each whole. */
function scattered(text: string): Found {
  const items: Item[] = [];
  let at = text.indexOf("{");
  while (at >= 0) {
    const read = readValue(text, at);
    const item = read && itemOf(read.value);
    if (item !== undefined) items.push(item);
    at = text.indexOf("{", item === undefined ? at + 1 : read!.end);
  }
  return found(items.filter(({ detections }) => detections.length > 0));
}

/** An object with the key of a box; without detections if the box is not four numbers. */
interface Item {
  readonly dialect: "position" | "bbox";
  readonly detections: readonly Detection<Frame>[];
}

function found(items: readonly Item[]): Found {
  if (items.length === 0) return { detections: [] };
  return {
    detections: items.flatMap(({ detections }) => detections),
    dialect: items.some(({ dialect }) => dialect === "position") ? "position" : "bbox",
  };
}

/** Keys of bare boxes; four numbers under another key, such as a mistyped one, may be anything. */
const AROUND_BARE =
  /^(?:answer|result|output|object|detection|region|boxe?|bboxe?|coordinate)s?$/i;
const BOX_KEYS = /^(?:bbox_?2d|bbox|box|bounding_?box)$/;
const LABEL_KEYS = /^(?:label|category|class|name)$/;
const CONFIDENCE_KEYS = /^(?:confidence|score)$/;

function itemOf(value: LooseValue): Item | undefined {
  if (value.kind !== "object") return undefined;
  let dialect: Item["dialect"] | undefined;
  let boxes: readonly FramedBox<Frame>[] = [];
  let confidence: number | undefined, label: string | undefined;
  let isListed = false;
  for (const [written, one] of value.entries) {
    const key = written.trim().toLowerCase();
    if (key === "position" || BOX_KEYS.test(key)) {
      if (boxes.length === 0) boxes = boxesUnder(key, one);
      if (dialect !== "position") dialect = key === "position" ? "position" : "bbox";
    } else if (CONFIDENCE_KEYS.test(key)) confidence ??= shareOf(one);
    else if (LABEL_KEYS.test(key) && one.kind === "text") label ??= one.text;
    else if (LABEL_KEYS.test(key) && one.kind === "list") isListed = true;
  }
  if (dialect === undefined) return undefined;
  // A list of labels may name each box differently.
  if (boxes.length > 1 && isListed) return { dialect, detections: [] };
  return {
    dialect,
    detections: boxes.map((box) => ({
      box,
      ...confidence !== undefined && { confidence },
      ...label !== undefined && { label },
    })),
  };
}

/** The box under a key; under other keys than the paper's there may be a list of boxes. */
function boxesUnder(key: string, value: LooseValue): readonly FramedBox<Frame>[] {
  const one = bareBox(value);
  if (one !== undefined) return [one];
  return key === "position" ? [] : bareBoxes(value)?.map(({ box }) => box) ?? [];
}

/** One box, or a list of them and of nothing else. */
function bareBoxes(value: LooseValue): readonly Detection<Frame>[] | undefined {
  const one = bareBox(value);
  if (one !== undefined) return [{ box: one }];
  if (value.kind !== "list") return undefined;
  const boxes = value.items.map(bareBox);
  return boxes.every((box) => box !== undefined)
    ? boxes.map((box) => ({ box }))
    : undefined;
}

function bareBox(value: LooseValue): FramedBox<Frame> | undefined {
  if (value.kind !== "list") return undefined;
  return boxOf(
    value.items.map((one) =>
      one.kind === "word" || one.kind === "text" ? numberOf(one.text) : undefined
    ),
  );
}

/** A number as JSON and plain ASCII write it; nothing else counts as one. */
const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`;
const WHOLE_NUMBER = new RegExp(`^${NUMBER}$`);
const POINT = String.raw`\(\s*(${NUMBER})\s*,\s*(${NUMBER})\s*\)`;
const REFERENCE = String.raw`(?:<\|object_ref_start\|>([^<]*)<\|object_ref_end\|>\s*)?`;
const CORNERS = new RegExp(
  String
    .raw`${REFERENCE}(?:<\|box_start\|>)?${POINT}\s*(?:,\s*)?${POINT}(?:<\|box_end\|>)?`,
  "g",
);

function readCorners(text: string): Pick<StatedBoxes, "detections" | "isWhole"> {
  const detections: Detection<Frame>[] = [];
  let rest = "", from = 0;
  for (const match of text.matchAll(CORNERS)) {
    const [, label, ...numbers] = match;
    const box = boxOf(numbers.map((number) => numberOf(number!)));
    if (box === undefined) continue;
    detections.push({ box, ...label !== undefined && { label: label.trim() } });
    rest += text.slice(from, match.index);
    from = match.index + match[0].length;
  }
  rest += text.slice(from);
  return { detections, isWhole: detections.length > 0 && /^[\s,;[\]]*$/.test(rest) };
}

/** A number, or a percentage as a share of 1. */
function shareOf(value: LooseValue): number | undefined {
  if (value.kind !== "word" && value.kind !== "text") return undefined;
  const text = value.text.trim();
  if (!text.endsWith("%")) return numberOf(text);
  const percent = numberOf(text.slice(0, -1));
  return percent === undefined ? undefined : percent / 100;
}

function numberOf(text: string): number | undefined {
  const word = text.trim();
  const value = WHOLE_NUMBER.test(word) ? Number(word) : NaN;
  return Number.isFinite(value) ? value : undefined; // 1e309 is not a number either
}

function boxOf(numbers: readonly (number | undefined)[]): FramedBox<Frame> | undefined {
  const [x1, y1, x2, y2] = numbers;
  if (numbers.length !== 4) return undefined;
  if (x1 === undefined || y1 === undefined) return undefined;
  if (x2 === undefined || y2 === undefined) return undefined;
  return { x1, y1, x2, y2 };
}
