import { askedFrame } from "../../questions/asked_answer.ts";
import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../../files/check_json.ts";
import { type ImageRef, readImageRef } from "../../pictures/image_ref.ts";
import { placeImages } from "../../questions/image_tags.ts";
import { checkPrompt } from "../../questions/prompt_text.ts";
import { MOST_PICTURES } from "../../questions/question_limits.ts";
import { quoted } from "../../short_text.ts";
import { imagesOfMessages, readConversation } from "./conversation.ts";
import type { LineOptions, QuestionLine } from "./line.ts";
import {
  ASKED,
  checkKeys,
  checkOwnKeys,
  IGNORED,
  IMAGES,
  isEmpty,
  lacking,
  type Line,
  TOLD,
} from "./line_keys.ts";
import { OWN_FORMS, type OwnForm, ownLine } from "./own_forms.ts";
import { fillPlaceholders, swiftFrame } from "./swift.ts";
import { questionOf } from "./told.ts";

/** What is no image. */
const NOT_READ = ["video", "videos", "audio", "audios"];

/**
 * Reads the questions of a line, or of an element of a list: one, or several if it is a conversation
 * of several turns that are to be read separately. See docs/data.md for the forms.
 *
 * @param json The line as JSON.
 * @param where File and place, for messages.
 * @throws {SyntaxError} If the line has none of the forms: names file, place and key.
 */
export function readLine(
  json: unknown,
  where: string,
  options: LineOptions,
): readonly QuestionLine[] {
  const fault = (error: unknown) =>
    error instanceof SyntaxError && !error.message.startsWith(where)
      ? new SyntaxError(`${where}: ${error.message}`)
      : error;
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new SyntaxError(
      `${where}: it must be an object, as in {"image": "1.jpg", "label": "cat"}`,
    );
  }
  try {
    return questionsOf(json as Line, where, options).map((line) => {
      const prompt = placeImages(line.prompt, line.images.length);
      checkPrompt(prompt);
      askedFrame(prompt, line.truth.target);
      if (line.system !== undefined) {
        placeImages(line.system, 0);
        checkPrompt(line.system);
      }
      return { ...line, prompt };
    });
  } catch (error) {
    throw fault(error);
  }
}

function questionsOf(
  line: Line,
  where: string,
  options: LineOptions,
): readonly QuestionLine[] {
  for (const key of NOT_READ) {
    if (isEmpty(line[key])) continue;
    throw new SyntaxError(`it has a ${key}: only images are read; leave the line out`);
  }
  const own = (Object.keys(OWN_FORMS) as OwnForm[]).find((key) =>
    Object.hasOwn(line, key) && isOwn(key, line)
  );
  if (own !== undefined) {
    checkOwnKeys(line, own);
    const images = imagesOf(line, []);
    const rest = without(line, [...IMAGES, ...IGNORED]);
    return [{ ...ownLine(own, rest, where, options), images }];
  }
  const messages = ["conversations", "messages", "prompt"].find((key) =>
    Array.isArray(line[key])
  );
  if (messages !== undefined) return talked(line, messages, options);
  for (const key of ["conversations", "messages"]) {
    if (Object.hasOwn(line, key)) readConversation(line[key], `.${key}`);
  }
  checkKeys(line);
  const asked = onlyOf(line, ASKED);
  const told = onlyOf(line, TOLD);
  if (asked === undefined || told === undefined) throw lacking(line, asked, told);
  const images = imagesOf(line, []);
  if (!isEmpty(line.history)) {
    throw new SyntaxError(
      ".history has earlier turns, which are not read: write messages",
    );
  }
  const turn = {
    asked: checkText(line[asked], `.${asked}`),
    told: textOf(line[told], `.${told}`),
  };
  const [filled] = fillPlaceholders(line, [turn]);
  const frame = swiftFrame(line);
  return [{
    ...questionOf(
      placeImages(filled!.asked, images.length),
      filled!.told!,
      options,
      frame,
    ),
    ...shared(line),
    ...!isEmpty(line.system) && { system: checkText(line.system, ".system") },
    ...frame !== undefined && { frame },
    images,
  }];
}

/** The one of several keys for the same thing that a line has. */
function onlyOf(line: Line, keys: readonly string[]): string | undefined {
  const [key, another] = keys.filter((one) => Object.hasOwn(line, one));
  if (another === undefined) return key;
  throw new SyntaxError(`it has both ${key} and ${another}: give one of them`);
}

/** "text" and "number" may stand beside other forms' keys; the problem tells. */
function isOwn(key: OwnForm, line: Line): boolean {
  if (!TOLD.some((told) => Object.hasOwn(line, told))) return true;
  return key === "boxes" || key === "label" || key === "box";
}

/** A conversation's questions. */
function talked(line: Line, key: string, options: LineOptions): readonly QuestionLine[] {
  const inline = imagesOfMessages(line[key]);
  const given = isEmpty(line.system) ? undefined : checkText(line.system, ".system");
  checkKeys(line);
  const { system = given, turns } = readConversation(line[key], `.${key}`);
  const images = imagesOf(line, inline);
  const asked = key === "prompt" ? undefined : onlyOf(line, ASKED);
  if (asked !== undefined) {
    throw new SyntaxError(`it has both ${key} and ${asked}: give one of them`);
  }
  const told = onlyOf(line, TOLD);
  const frame = swiftFrame(line);
  const shown = { ...shared(line), images, ...system !== undefined && { system } };
  if (told !== undefined) {
    if (turns.length > 1) throw severalTurns(key, turns.length);
    const answer = textOf(line[told], `.${told}`);
    const [turn] = fillPlaceholders(line, [{ asked: turns[0]!.asked, told: answer }]);
    return [{
      ...questionOf(placeImages(turn!.asked, images.length), turn!.told!, options, frame),
      ...shown,
      ...frame !== undefined && { frame },
    }];
  }
  const filled = fillPlaceholders(line, turns);
  const unanswered = filled.findIndex((turn) => turn.told === undefined);
  if (unanswered >= 0) {
    throw new SyntaxError(
      `.${key} has a question without an answer: ${quoted(filled[unanswered]!.asked)}; ` +
        'add the assistant\'s message, or the answer as "solution"',
    );
  }
  if (filled.length > 1 && options.turns !== "separate") {
    throw severalTurns(key, filled.length);
  }
  // Later turns are about the images of the first.
  return filled.map(({ asked, told }, i) => ({
    ...questionOf(placeImages(asked, images.length), told!, options, frame),
    ...shown,
    ...filled.length > 1 && { turn: i + 1 },
    ...frame !== undefined && { frame },
  }));
}

function severalTurns(key: string, count: number): SyntaxError {
  return new SyntaxError(
    `.${key} has ${count} questions: write turns=separate if each can be answered without the ` +
      "others, or a line for each",
  );
}

const idSchema = v.optional(v.union([v.string(), v.number()], "a text or a number"));
const reasoningSchema = v.optional(v.pipe(
  v.string("a text"),
  v.trim(),
  v.check((text) => !/<\/?(think|answer)>/.test(text), "a text without tags"),
));

/** What every form may have. */
function shared(line: Line): Pick<QuestionLine, "id" | "reasoning"> {
  const { id, reasoning } = checkJson(
    v.object({ id: idSchema, reasoning: reasoningSchema }),
    line,
    "",
  );
  return {
    ...id !== undefined && { id: String(id) },
    ...reasoning !== undefined && reasoning !== "" && { reasoning },
  };
}

/** The line's images, under its keys or among its messages. */
function imagesOf(line: Line, inline: readonly unknown[]): readonly ImageRef[] {
  const keys = IMAGES.filter((key) => Object.hasOwn(line, key));
  if (keys.length > 1) {
    throw new SyntaxError(`it has both ${keys.join(" and ")}: give one of them`);
  }
  const given = keys.length === 0 ? inline : [line[keys[0]!]].flat();
  if (
    keys.length > 0 && inline.length > 0 &&
    JSON.stringify(given) !== JSON.stringify(inline)
  ) {
    throw new SyntaxError(
      `it names other images in its messages than in ${keys[0]}: give one of them`,
    );
  }
  const key = keys[0] ?? "image";
  const MANY = `the path of an image, or a list of 1 to ${MOST_PICTURES}`;
  if (keys.length === 0 && inline.length === 0) {
    throw new SyntaxError(`.image is missing: give ${MANY}`);
  }
  if (given.length === 0 || given.length > MOST_PICTURES) {
    throw new SyntaxError(`.${key} must be ${MANY}: it has ${given.length}`);
  }
  return given.map((one) => {
    try {
      return readImageRef(one);
    } catch (error) {
      throw new SyntaxError(`.${key} must be ${MANY}: ${(error as Error).message}`);
    }
  });
}

/** A solution as text; numbers, lists and objects as their JSON. */
function textOf(value: unknown, place: string): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return checkText(value, place);
}

function checkText(value: unknown, place: string): string {
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  throw new SyntaxError(
    `${place} must be a text that is not empty: it is ${quoted(value)}`,
  );
}

function without(line: Line, keys: readonly string[]): Line {
  return Object.fromEntries(Object.entries(line).filter(([key]) => !keys.includes(key)));
}
