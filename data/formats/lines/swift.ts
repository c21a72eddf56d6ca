import { quoted } from "../../short_text.ts";
import type { BoxUnit } from "../file_spec.ts";
import type { Turn } from "./conversation.ts";

type Line = Readonly<Record<string, unknown>>;

/** What ms-swift's placeholders stand for. */
interface Objects {
  readonly ref: readonly string[];
  readonly bbox: readonly (readonly number[])[];
  readonly bbox_type: string;
}

const FRAMES: Readonly<Record<string, BoxUnit>> = {
  real: "pixels",
  norm1: "unit",
  norm1000: "per-mille",
};

/**
 * What the boxes of a line of ms-swift's form count, by its `objects.bbox_type`.
 *
 * @returns `undefined` if the line has no objects.
 * @throws {SyntaxError} If it has, and they are not of that form.
 */
export function swiftFrame(line: Line): BoxUnit | undefined {
  return hasObjects(line) ? FRAMES[readObjects(line).bbox_type] : undefined;
}

/**
 * Puts names and boxes in the place of ms-swift's `<ref-object>` and `<bbox>`, in the order of
 * `objects.ref` and `objects.bbox`. An answer of boxes becomes a list of them, labelled if all are of
 * one name.
 *
 * @throws {SyntaxError} If their numbers do not fit.
 */
export function fillPlaceholders(line: Line, turns: readonly Turn[]): readonly Turn[] {
  const isMarked = turns.some(({ asked, told = "" }) =>
    /<bbox>|<ref-object>/.test(asked + told)
  );
  if (!hasObjects(line)) {
    if (!isMarked) return turns;
    throw new SyntaxError(
      "the messages have <bbox> or <ref-object>, and there is no .objects",
    );
  }
  const { ref, bbox } = readObjects(line);
  let refs = 0, boxes = 0;
  const fill = (text: string) =>
    text.replace(/<ref-object>|<bbox>/g, (tag) => {
      if (tag === "<bbox>") return JSON.stringify(bbox[boxes++]) ?? tag;
      return ref[refs++] ?? tag;
    });
  const filled = turns.map(({ asked, told }): Turn => {
    const question = fill(asked);
    if (told === undefined) return { asked: question };
    const count = told.split("<bbox>").length - 1;
    const text = fill(told);
    // "<bbox><bbox>", with nothing but commas between, is a list.
    const isList = count > 1 && /^(?:\s*<bbox>\s*,?)+$/.test(told);
    return { asked: question, told: isList ? listOf(text, ref) : text };
  });
  if (refs !== ref.length || boxes !== bbox.length) {
    throw new SyntaxError(
      `.objects has ${ref.length} names and ${bbox.length} boxes, and the messages have places ` +
        `for ${refs} and ${boxes}`,
    );
  }
  return filled;
}

/** Tables write null where a row has none. */
function hasObjects({ objects }: Line): boolean {
  return objects !== undefined && objects !== null;
}

/** Boxes as a list, with the name that all of them have if there is only one. */
function listOf(boxes: string, ref: readonly string[]): string {
  const list = `[${boxes.replace(/\]\s*,?\s*\[/g, "], [").replace(/,\s*$/, "")}]`;
  const [label, another] = new Set(ref);
  if (label === undefined || another !== undefined) return list;
  return JSON.stringify(
    (JSON.parse(list) as number[][]).map((bbox) => ({ bbox, label })),
  );
}

function readObjects(line: Line): Objects {
  const objects = line.objects as Partial<Record<string, unknown>> | null;
  if (typeof objects !== "object" || objects === null || Array.isArray(objects)) {
    throw new SyntaxError(
      `.objects must be {"ref": […], "bbox": […]}: it is ${quoted(objects)}`,
    );
  }
  const { ref = [], bbox = [], bbox_type = "real", image_id } = objects;
  if (image_id !== undefined && ![image_id].flat().every((id) => id === 0)) {
    throw new SyntaxError(
      `.objects.image_id ${
        quoted(image_id)
      } means boxes of another image than the first: put ` +
        "that image first",
    );
  }
  if (!Array.isArray(ref) || !ref.every((name) => typeof name === "string")) {
    throw new SyntaxError(`.objects.ref must be a list of names: it is ${quoted(ref)}`);
  }
  const isBox = (box: unknown) =>
    Array.isArray(box) && box.length === 4 && box.every((x) => Number.isFinite(x));
  if (!Array.isArray(bbox) || !bbox.every(isBox)) {
    throw new SyntaxError(
      `.objects.bbox must be a list of x1, y1, x2, y2: it is ${quoted(bbox)}`,
    );
  }
  if (typeof bbox_type !== "string" || !Object.hasOwn(FRAMES, bbox_type)) {
    throw new SyntaxError(
      `.objects.bbox_type must be ${Object.keys(FRAMES).join(", ")}: it is ${
        quoted(bbox_type)
      }`,
    );
  }
  return { ref, bbox, bbox_type };
}
