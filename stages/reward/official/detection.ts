import type { Box } from "../../../data/geometry/box.ts";
import type { Answer } from "../../records.ts";
import { IOU_THRESHOLD } from "../criteria/match.ts";
import { pythonJson, type PythonValue } from "./python_json.ts";
import { sortedDescending } from "./python_sort.ts";
import { studentAnswer } from "./python_text.ts";

/** What one stated box found: its IoU, 0 for a miss, and its confidence as stated. */
export interface OfficialResult {
  readonly iou: number;
  readonly confidence: number;
}

/**
 * The boxes of a completion matched with the true ones, as the functions `extract_bbox`,
 * `remove_duplicates` and `sort_and_calculate_iou` of the official grpo.py do it.
 *
 * Kept on purpose: a line break inside the answer makes it unreadable, a text without tags is
 * read as an answer, a cut-off list keeps its complete items, only boxes at the very same
 * position are duplicates (the first of them counts), confidences are not clamped, and one bad
 * item (a missing key, a string for a number) spoils the whole answer.
 *
 * @param threshold IoU that a box must exceed to count as found: 0.5 in the authors' code.
 * @returns In descending order of confidence; `undefined` if Python finds nothing to read
 * or raises an error, an image without true boxes included.
 */
export function officialResults(
  answer: Answer,
  targets: readonly Box[],
  threshold: number = IOU_THRESHOLD,
): readonly OfficialResult[] | undefined {
  const known = LAST.get(answer);
  if (known?.targets === targets && known.threshold === threshold) return known.results;
  const results = resultsOf(answer.text, targets, threshold);
  LAST.set(answer, { targets, threshold, results });
  return results;
}

/** Two rewards need the results of each answer, which take most of the time of scoring it. */
const LAST = new WeakMap<
  Answer,
  {
    readonly targets: readonly Box[];
    readonly threshold: number;
    readonly results: readonly OfficialResult[] | undefined;
  }
>();

function resultsOf(
  text: string,
  targets: readonly Box[],
  threshold: number,
): readonly OfficialResult[] | undefined {
  if (targets.length === 0) return undefined; // the solution 'No Objects' has no list
  try {
    return match(distinct(itemsOf(extractBoxes(text))), targets, threshold);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof PythonError) return undefined;
    throw error;
  }
}

/** What Python answers with a TypeError, KeyError, IndexError or ZeroDivisionError. */
class PythonError extends Error {}

function extractBoxes(text: string): PythonValue {
  const fixed = `<answer>${studentAnswer(text, false)}</answer>`
    .replaceAll("[[", "[").replaceAll("]]", "]").replaceAll("\n", "");
  let list = fixed.slice("<answer>".length, fixed.indexOf("</answer>"));
  if (!list.endsWith("]")) {
    const cut = list.lastIndexOf("},");
    list = `${cut < 0 ? list : list.slice(0, cut)}}]`;
  }
  return pythonJson(list.replaceAll("'", '"'));
}

interface Item {
  readonly position: readonly PythonValue[];
  readonly confidence: PythonValue | undefined;
}

function itemsOf(value: PythonValue): readonly Item[] {
  if (!isList(value) || !isDict(value[0])) throw new PythonError();
  return value.map((item) => {
    if (!isDict(item)) throw new PythonError();
    const position = item.get("Position");
    return { position: tuple(position), confidence: item.get("Confidence") };
  });
}

function tuple(value: PythonValue | undefined): readonly PythonValue[] {
  if (typeof value === "string") return [...value];
  if (isDict(value)) return [...value.keys()];
  if (!isList(value)) throw new PythonError();
  return value;
}

function distinct(items: readonly Item[]): readonly Item[] {
  const seen = new Set<string>();
  return items.filter(({ position }) => {
    const key = JSON.stringify(position.map(hashable));
    return seen.has(key) ? false : seen.add(key);
  });
}

/** Equal in Python (1, 1.0 and True; NaN and itself) is equal here. */
function hashable(value: PythonValue): string {
  if (isList(value) || isDict(value)) throw new PythonError();
  if (typeof value === "string") return `text ${value}`;
  return value === null ? "None" : `number ${Number(value) + 0}`;
}

function match(
  items: readonly Item[],
  targets: readonly Box[],
  threshold: number,
): OfficialResult[] {
  const stated = items.map(({ position, confidence }) => ({
    position,
    confidence: number(confidence),
  }));
  const free = new Set(targets.keys());
  return sortedDescending(stated, (item) => item.confidence).map((item) => {
    let best = -1;
    let overlap = 0;
    for (const i of free) {
      const shared = officialIou(targets[i]!, item.position);
      if (shared > overlap) [best, overlap] = [i, shared];
    }
    if (!(overlap > threshold)) return { iou: 0, confidence: item.confidence };
    free.delete(best);
    return { iou: overlap, confidence: item.confidence };
  });
}

function officialIou(target: Box, position: readonly PythonValue[]): number {
  if (position.length !== 4) throw new PythonError();
  const [x1, y1, x2, y2] = position.map(number) as [number, number, number, number];
  const left = pythonMax(target.x1, x1), top = pythonMax(target.y1, y1);
  const right = pythonMin(target.x2, x2), bottom = pythonMin(target.y2, y2);
  if (right <= left || bottom <= top) return 0;
  const shared = (right - left) * (bottom - top);
  const area = (target.x2 - target.x1) * (target.y2 - target.y1);
  const union = area + (x2 - x1) * (y2 - y1) - shared;
  if (union === 0) throw new PythonError();
  return shared / union;
}

/** Python keeps the first if neither is greater: NaN does not spread as in `Math.max`. */
function pythonMax(a: number, b: number): number {
  return b > a ? b : a;
}

function pythonMin(a: number, b: number): number {
  return b < a ? b : a;
}

function number(value: PythonValue | undefined): number {
  if (typeof value !== "number" && typeof value !== "boolean") throw new PythonError();
  return Number(value);
}

function isList(value: PythonValue | undefined): value is readonly PythonValue[] {
  return Array.isArray(value);
}

function isDict(
  value: PythonValue | undefined,
): value is ReadonlyMap<string, PythonValue> {
  return value instanceof Map;
}
