import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../../files/check_json.ts";
import type { Frame, FramedBox } from "../../geometry/box.ts";
import { hasMarkup } from "../../questions/label.ts";
import type { Target } from "../../questions/question.ts";
import {
  MOST_BOXES,
  NAME_LENGTH,
  PROMPT_LENGTH,
} from "../../questions/question_limits.ts";
import { quoted } from "../../short_text.ts";
import type { StatedTruth } from "../truth.ts";
import type { LineOptions, QuestionLine } from "./line.ts";

const name = v.pipe(
  v.string("a text"),
  v.trim(),
  v.minLength(1, "a text that is not empty"),
);
const short = v.pipe(name, v.maxLength(NAME_LENGTH, `at most ${NAME_LENGTH} characters`));
const long = v.pipe(
  name,
  v.maxLength(PROMPT_LENGTH, `at most ${PROMPT_LENGTH} characters`),
);
/** Largest coordinate of a box, in pixels; differences of such numbers are finite. */
const FARTHEST = 1e9;
const number = v.pipe(
  v.number("a number"),
  v.check((value) => Math.abs(value) <= FARTHEST, `a number within ±${FARTHEST}`),
);
const corners = v.pipe(
  v.tuple([number, number, number, number], "four numbers: x1, y1, x2, y2"),
  v.check(
    ([x1, y1, x2, y2]) => x1 < x2 && y1 < y2,
    "x1, y1, x2, y2 with x1 < x2 and y1 < y2, not x, y, width and height",
  ),
  v.transform(([x1, y1, x2, y2]): FramedBox<Frame> => ({ x1, y1, x2, y2 })),
);
/** Most corners of a polygon. */
const MOST_CORNERS = 10_000;
/** Where a point has to lie. */
interface Region {
  readonly box: FramedBox<Frame>;
  readonly polygon?: NonNullable<StatedTruth["polygon"]>;
}
const box = v.pipe(corners, v.transform((box): Region => ({ box })));
const outline = v.pipe(
  v.strictObject({
    polygon: v.pipe(
      v.array(v.tuple([number, number], "two numbers: x, y"), "a list of corners x, y"),
      v.minLength(3, "a list of at least 3 corners"),
      v.maxLength(MOST_CORNERS, `a list of at most ${MOST_CORNERS} corners`),
    ),
  }, 'x1, y1, x2, y2 or {"polygon": [[x, y], …]}'),
  v.transform(({ polygon }): Region => ({ box: boundsOf(polygon), polygon })),
  v.check(({ box }) => box.x1 < box.x2 && box.y1 < box.y2, "a polygon with an area"),
);
const shared = {
  id: v.optional(v.union([v.string(), v.number()], "a text or a number")),
  reasoning: v.optional(v.pipe(
    long,
    v.check((text) => !/<\/?(think|answer)>/.test(text), "a text without tags"),
  )),
};
const names = v.array(short, "a list of names");

/** The project's own forms of a line, each by the key that tells it from the others. */
export const OWN_FORMS = {
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
    label: v.pipe(
      short,
      v.check(
        (text) => !hasMarkup(text),
        "a name without braces, tags and line breaks: write boxes as boxes, an answer in words " +
          "of its own as solution",
      ),
    ),
    aliases: v.optional(names, []),
  }),
  box: v.strictObject({ ...shared, instruction: long, box: corners }),
  number: v.strictObject({
    ...shared,
    problem: long,
    number: v.pipe(v.number("a number"), v.finite("a finite number")),
    tolerance: v.optional(v.pipe(
      v.number("a number"),
      v.finite("a finite number"),
      v.minValue(0, "at least 0"),
    )),
  }),
  text: v.strictObject({ ...shared, problem: long, text: long }),
  choice: v.strictObject({
    ...shared,
    problem: long,
    options: v.pipe(
      names,
      v.minLength(2, "a list of 2 to 26 options"),
      v.maxLength(26, "a list of 2 to 26 options"),
    ),
    choice: v.string("the letter of an option, or its text"),
  }),
  point: v.strictObject({
    ...shared,
    instruction: long,
    point: v.lazy((input): v.GenericSchema<unknown, Region> =>
      Array.isArray(input) || typeof input !== "object" ? box : outline
    ),
  }),
  own: v.strictObject({
    ...shared,
    problem: long,
    own: v.strictObject({ name: short, truth: v.unknown() }),
  }),
} as const;

/** A form of the project's own. */
export type OwnForm = keyof typeof OWN_FORMS;

/**
 * Reads a line of one of the project's own forms, less its images.
 *
 * @throws {SyntaxError} If it does not have the form: names place and key.
 */
export function ownLine(
  form: OwnForm,
  line: unknown,
  where: string,
  { prompts, subject, attribute }: LineOptions,
): Omit<QuestionLine, "images"> {
  const read = <S extends v.GenericSchema>(schema: S) => checkJson(schema, line, where);
  switch (form) {
    case "boxes": {
      const { category, boxes, ...rest } = read(OWN_FORMS.boxes);
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "detection", category }),
        truth: { ...inPixels({ kind: "detection", category, boxes }), isRounded: true },
      };
    }
    case "label": {
      const { label, aliases, ...rest } = read(OWN_FORMS.label);
      const target = { kind: "classification", label } as const;
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "classification", subject, attribute }),
        truth: inPixels(aliases.length === 0 ? target : { ...target, aliases }),
      };
    }
    case "box": {
      const { instruction, box, ...rest } = read(OWN_FORMS.box);
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "grounding", instruction }),
        truth: inPixels({ kind: "grounding", box }),
      };
    }
    case "number": {
      const { problem, number: value, tolerance, ...rest } = read(OWN_FORMS.number);
      const target = {
        kind: "number",
        value,
        ...tolerance !== undefined && { tolerance },
      };
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "number", text: problem }),
        truth: inPixels(target as Target<Frame>),
      };
    }
    case "text": {
      const { problem, text, ...rest } = read(OWN_FORMS.text);
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "text", text: problem }),
        truth: inPixels({ kind: "text", text }),
      };
    }
    case "choice": {
      const { problem, options, choice, ...rest } = read(OWN_FORMS.choice);
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "choice", text: problem, options }),
        truth: inPixels({ kind: "choice", choice: letterOf(choice, options), options }),
      };
    }
    case "point": {
      const { instruction, point, ...rest } = read(OWN_FORMS.point);
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "point", text: instruction }),
        truth: {
          ...inPixels({ kind: "point", box: point.box }),
          ...point.polygon !== undefined && { polygon: point.polygon },
        },
      };
    }
    case "own": {
      const { problem, own: { name, truth }, ...rest } = read(OWN_FORMS.own);
      return {
        ...idOf(rest),
        prompt: prompts({ kind: "problem", text: problem }),
        truth: inPixels({ kind: "own", name, truth }),
      };
    }
  }
}

function boundsOf(polygon: readonly (readonly [number, number])[]): FramedBox<Frame> {
  const bounds = { x1: Infinity, y1: Infinity, x2: -Infinity, y2: -Infinity };
  for (const [x, y] of polygon) {
    bounds.x1 = Math.min(bounds.x1, x);
    bounds.y1 = Math.min(bounds.y1, y);
    bounds.x2 = Math.max(bounds.x2, x);
    bounds.y2 = Math.max(bounds.y2, y);
  }
  return bounds;
}

function inPixels(target: Target<Frame>) {
  return { target, frame: "pixels" } as const;
}

function idOf({ id, reasoning }: { id?: string | number; reasoning?: string }) {
  return {
    ...id !== undefined && { id: String(id) },
    ...reasoning !== undefined && { reasoning },
  };
}

/** The letter of the option that is meant by letter or text. */
function letterOf(choice: string, options: readonly string[]): string {
  const letter = choice.trim().toUpperCase();
  const at = letter.length === 1 ? letter.charCodeAt(0) - 65 : -1;
  const twice = options.find((option, i) => options.indexOf(option) < i);
  if (twice !== undefined) {
    throw new SyntaxError(`.options has ${quoted(twice)} twice: write each option once`);
  }
  const same = options.indexOf(choice.trim());
  const isLetter = at >= 0 && at < options.length;
  if (same >= 0 && isLetter && same !== at) {
    throw new SyntaxError(
      `.choice ${
        quoted(choice)
      } is the letter of one option and the text of another: write the ` +
        "right one's letter, and change the text",
    );
  }
  if (same >= 0) return String.fromCharCode(65 + same);
  if (isLetter) return letter;
  throw new SyntaxError(
    `.choice ${quoted(choice)} is neither a letter nor the text of one of the ` +
      `${options.length} options`,
  );
}
