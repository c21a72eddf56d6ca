import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../files/check_json.ts";
import { parseJsonText } from "../files/read_json.ts";
import { nearestName } from "../nearest_name.ts";
import type { Frame, FramedBox } from "../geometry/box.ts";
import type { PromptSet } from "../questions/prompt.ts";
import type { Target } from "../questions/question.ts";
import {
  MOST_BOXES,
  MOST_PICTURES,
  NAME_LENGTH,
  PROMPT_LENGTH,
} from "../questions/question_limits.ts";
import { quoted } from "../short_text.ts";
import type { StatedTruth, TruthReader } from "./truth.ts";

/** How lines are read. */
export interface JsonlLineOptions {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** Reads the ground truth of `solution` and of `conversations`. */
  readonly readTruth: TruthReader;
  /** What the images show; see `PromptTask`. */
  readonly subject?: string;
  /** What is asked about it; see `PromptTask`. */
  readonly attribute?: string;
}

/** A line that was read. Boxes are still in the file's own frame. */
export interface JsonlLine {
  /** Of the line in its file, from 1. */
  readonly number: number;
  /** The line's `id`, or its number. */
  readonly id: string;
  /** Paths of the images, 1 to {@linkcode MOST_PICTURES}. */
  readonly files: readonly string[];
  /** What the model is asked. */
  readonly prompt: string;
  /** The reasoning text, without tags. Default: the line has none. */
  readonly reasoning?: string;
  /** The ground truth; boxes are still in the file's own frame. */
  readonly truth: StatedTruth;
}

const name = v.pipe(
  v.string("a text"),
  v.trim(),
  v.minLength(1, "a text that is not empty"),
);
const short = v.pipe(name, v.maxLength(NAME_LENGTH, `at most ${NAME_LENGTH} characters`));
/** Largest coordinate of a box, in pixels; differences of such numbers are finite. */
const FARTHEST = 1e9;

const long = v.pipe(
  name,
  v.maxLength(PROMPT_LENGTH, `at most ${PROMPT_LENGTH} characters`),
);
const number = v.pipe(
  v.number("a number"),
  v.check((value) => Math.abs(value) <= FARTHEST, `a number within ±${FARTHEST}`),
);
const corners = v.pipe(
  v.tuple([number, number, number, number], "four numbers: x1, y1, x2, y2"),
  v.check(
    ([x1, y1, x2, y2]) => x1 < x2 && y1 < y2,
    "x1, y1, x2, y2 with x1 < x2 and y1 < y2",
  ),
  v.transform(([x1, y1, x2, y2]): FramedBox<Frame> => ({ x1, y1, x2, y2 })),
);
const MANY = `the path of an image, or a list of 1 to ${MOST_PICTURES}`;
const shared = {
  id: v.optional(v.union([v.string(), v.number()], "a text or a number")),
  image: v.union(
    [
      short,
      v.pipe(v.array(short), v.minLength(1, MANY), v.maxLength(MOST_PICTURES, MANY)),
    ],
    MANY,
  ),
  reasoning: v.optional(v.pipe(
    long,
    v.check((text) => !/<\/?(think|answer)>/.test(text), "a text without tags"),
  )),
};

const message = v.pipe(
  v.string("a text"),
  v.maxLength(PROMPT_LENGTH, `at most ${PROMPT_LENGTH} characters`),
);

/** Forms of a line, each by the key that tells it from the others. */
const FORMS = {
  boxes: v.strictObject({
    ...shared,
    category: short,
    boxes: v.pipe(
      v.array(corners, "a list of boxes"),
      v.maxLength(MOST_BOXES, `a list of at most ${MOST_BOXES} boxes`),
    ),
  }),
  label: v.strictObject({
    ...shared,
    label: short,
    aliases: v.optional(v.array(short, "a list of names"), []),
  }),
  box: v.strictObject({ ...shared, instruction: long, box: corners }),
  solution: v.strictObject({ ...shared, problem: long, solution: long }),
  conversations: v.looseObject({
    ...shared,
    conversations: v.pipe(
      v.array(
        v.object({ from: v.string("a text"), value: message }),
        "a list",
      ),
      v.minLength(2, "a list of two messages"),
    ),
  }),
};

/**
 * Reads a line of a JSONL file; see `openJsonl` for its forms.
 *
 * @param text The line, without its end.
 * @param at Number of the line in its file, from 1.
 * @param path Names the file in messages.
 * @throws {SyntaxError} If the line has none of the forms: names file, line and key.
 */
export function readJsonlLine(
  text: string,
  at: number,
  path: string,
  options: JsonlLineOptions,
): JsonlLine {
  const fault = (reason: string) => new SyntaxError(`${path}, line ${at}: ${reason}`);
  const json = parseJsonText(text, `${path}, line ${at}`, "write an object a line");
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw fault('it must be an object, as in {"image": "1.jpg", "label": "cat"}');
  }
  const { prompts, readTruth, subject, attribute } = options;
  const keys = Object.keys(FORMS) as (keyof typeof FORMS)[];
  const form = keys.find((key) => Object.hasOwn(json, key));
  if (form === undefined) {
    const near = Object.keys(json).map((key) => nearestName(key, keys)).find(Boolean);
    throw fault(
      "it has no ground truth: give boxes, label, box, solution or conversations" +
        (near === undefined ? "" : `; is ${quoted(near)} mistyped?`),
    );
  }
  const base = (
    row: { id?: string | number; image: string | string[]; reasoning?: string },
  ) => ({
    number: at,
    reasoning: row.reasoning,
    id: String(row.id ?? at),
    files: typeof row.image === "string" ? [row.image] : row.image,
  });
  const stated = (target: Target<Frame>): StatedTruth => ({ target, frame: "pixels" });
  switch (form) {
    case "boxes": {
      const row = checkJson(FORMS.boxes, json, `${path}, line ${at}`);
      const { category, boxes } = row;
      const prompt = prompts({ kind: "detection", category });
      return {
        ...base(row),
        prompt,
        truth: stated({ kind: "detection", category, boxes }),
      };
    }
    case "label": {
      const row = checkJson(FORMS.label, json, `${path}, line ${at}`);
      const { label, aliases } = row;
      const prompt = prompts({ kind: "classification", subject, attribute });
      const target = { kind: "classification", label } as const;
      return {
        ...base(row),
        prompt,
        truth: stated(aliases.length === 0 ? target : { ...target, aliases }),
      };
    }
    case "box": {
      const row = checkJson(FORMS.box, json, `${path}, line ${at}`);
      const prompt = prompts({ kind: "grounding", instruction: row.instruction });
      return { ...base(row), prompt, truth: stated({ kind: "grounding", box: row.box }) };
    }
    case "solution": {
      const row = checkJson(FORMS.solution, json, `${path}, line ${at}`);
      try {
        const { reasoning, ...truth } = readTruth(row.problem, row.solution);
        const prompt = prompts({ kind: "problem", text: row.problem });
        return { ...base({ reasoning, ...row }), prompt, truth };
      } catch (error) {
        throw fault((error as Error).message);
      }
    }
    case "conversations": {
      const row = checkJson(FORMS.conversations, json, `${path}, line ${at}`);
      const asked = row.conversations[0]!.value.replaceAll("<image>", "").trim();
      const told = row.conversations[1]!.value.trim();
      const box = boxIn(told);
      if (box !== undefined) {
        const prompt = prompts({ kind: "grounding", instruction: asked });
        return { ...base(row), prompt, truth: stated({ kind: "grounding", box }) };
      }
      if (/^[[{]/.test(told)) {
        throw fault(
          `.conversations[1].value is not a box: ${quoted(told)}`,
        );
      }
      try {
        const { reasoning, ...truth } = readTruth(asked, told);
        const prompt = prompts({ kind: "problem", text: asked });
        return { ...base({ reasoning, ...row }), prompt, truth };
      } catch (error) {
        throw fault((error as Error).message);
      }
    }
  }
}

/** Characters of four numbers, at most. */
const BOX_LENGTH = 1000;

/** `[x1, y1, x2, y2]` and nothing else. */
function boxIn(text: string): FramedBox<Frame> | undefined {
  if (text.length > BOX_LENGTH) return undefined;
  try {
    const result = v.safeParse(corners, JSON.parse(text));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}
