import { basename } from "node:path";
import { canonicalJson } from "../../data/files/canonical_json.ts";
import type { Row } from "../../data/formats/rows.ts";
import type { PromptTask } from "../../data/questions/prompt.ts";
import { type Target, UNNAMED_CATEGORY } from "../../data/questions/question.ts";
import { taskAsPrompt } from "../../pipeline/init/written_line.ts";
import { openSides } from "../../pipeline/open/open_files.ts";
import type { LabelFiles } from "./label_files.ts";
import { type Mutant, OF_STRUCTURE } from "./mutants.ts";

/** A question as far as it is asked and paid for. */
export interface Read {
  readonly id: string;
  readonly task: PromptTask;
  readonly system?: string;
  readonly reasoning?: string;
  readonly target: Target;
}

/** What became of a file: questions, or the errors of those that could not be read. */
export interface Outcome {
  readonly questions: readonly Read[];
  readonly errors: readonly Error[];
}

/** Reads all questions that a specification names. */
export async function outcomeOf(data: string): Promise<Outcome> {
  const questions: Read[] = [], errors: Error[] = [];
  try {
    const { train } = await openSides(`${data},held-out=0`, taskAsPrompt);
    for (let i = 0; i < train.size; i++) {
      try {
        questions.push(readOf(await train.row(i)));
      } catch (error) {
        errors.push(error as Error);
      }
    }
  } catch (error) {
    errors.push(error as Error);
  }
  return { questions, errors };
}

function readOf({ id, prompt, system, reasoning, target }: Row): Read {
  return { id, task: JSON.parse(prompt), system, reasoning, target };
}

/** What a mutant did. */
export type Verdict = "refused" | "same questions" | "as it says" | "wrong";

/**
 * Judges a mutant, by what is read of it and of the sound file:
 *
 * - refused: an error, or several, and no question that is not the sound file's;
 * - same questions: those of the sound file, no more and no fewer;
 * - as it says: words or values were changed, and what is read has the sound question's kind, names
 *   that stand in the damaged file as they are, and words of it. Boxes differ only if the file's
 *   numbers do. A category that the words name no longer is unnamed, and its one box a region.
 * - wrong: all else. After damage to marks and keys alone, any other truth is wrong.
 *
 * @returns The verdict, and why it is wrong.
 */
export function judge(
  { files }: LabelFiles,
  file: string,
  { damage, bytes }: Mutant,
  sound: Outcome,
  { questions, errors }: Outcome,
): { readonly verdict: Verdict; readonly why?: string } {
  const wrong = (why: string) => ({ verdict: "wrong", why }) as const;
  for (const { message, constructor } of errors) {
    if (UNNAMED.test(message)) return wrong(`${constructor.name}: ${message}`);
    const names = [...Object.keys(files).map((name) => basename(name)), "a.png", "b.png"];
    if (!names.some((name) => message.includes(name)) && !/data \S+:/.test(message)) {
      return wrong(`names no file: ${message}`);
    }
  }
  const known = new Set(sound.questions.map(saying));
  const others = questions.filter((one) => !known.has(saying(one)));
  if (others.length === 0) {
    if (errors.length > 0) return { verdict: "refused" };
    const isSame = questions.length === sound.questions.length &&
      new Set(questions.map(saying)).size === known.size;
    if (isSame) return { verdict: "same questions" };
    return OF_STRUCTURE.has(damage)
      ? wrong(`${questions.length} questions of ${sound.questions.length}`)
      : { verdict: "as it says" };
  }
  const before = textIn(files[file]!), after = textIn(bytes);
  // LISA's files are Latin-1 where they are not UTF-8.
  const written = after + String.fromCharCode(...bytes);
  const sameNumbers = numbersIn(before) === numbersIn(after);
  const boxes = new Set(sound.questions.flatMap((one) => boxesIn(one.target)));
  const texts = new Set(sound.questions.flatMap(textsOf));
  const truths = new Set(sound.questions.map(({ target }) => canonicalJson(target)));
  for (const one of others) {
    const isTruth = truths.has(canonicalJson(one.target)) ||
      isUnnamed(one, known, truths);
    if (OF_STRUCTURE.has(damage) && !isTruth) return wrong(`reads ${saying(one)}`);
    const same = sound.questions.filter(({ id }) => id === one.id);
    const kinds = (same.length > 0 ? same : sound.questions).map(kindOf);
    if (!kinds.includes(kindOf(one)) && !isRegion(one, sound.questions)) {
      return wrong(`reads ${kindOf(one)}: ${saying(one)}`);
    }
    const names = namesOf(one).filter((name) => !isTruth && !texts.has(name));
    const words = textsOf(one).flatMap((text) => texts.has(text) ? [] : wordsOf(text));
    const strange = [...names, ...words].find((text) => !stands(text, written));
    if (strange !== undefined) {
      return wrong(`reads ${JSON.stringify(strange)}: ${saying(one)}`);
    }
    const marked = names.find((name) => /[{}[\]<>]|```|bbox|position/i.test(name));
    if (marked !== undefined) return wrong(`reads the name ${JSON.stringify(marked)}`);
    if (sameNumbers && boxesIn(one.target).some((box) => !boxes.has(box))) {
      return wrong(`reads another box: ${saying(one)}`);
    }
  }
  return { verdict: "as it says" };
}

/** Errors that JavaScript makes of a mistake, not the project of a file. */
const UNNAMED =
  /call stack|Cannot (read|convert|destructure)|is not (a function|iterable|defined)|undefined|allocation failed|Invalid (array|string|typed array) length/;

function saying({ id: _, ...question }: Read): string {
  return canonicalJson(question);
}

function kindOf({ task, target }: Read): string {
  return `${task.kind}/${target.kind}`;
}

function boxesIn(target: Target): string[] {
  if (target.kind === "detection") return target.boxes.map(canonicalJson);
  return target.kind === "grounding" || target.kind === "point"
    ? [canonicalJson(target.box)]
    : [];
}

/** Whether the truth is a sound one but for its category, which the damaged words do not name. */
function isUnnamed(
  { target, task }: Read,
  known: ReadonlySet<string>,
  truths: ReadonlySet<string>,
): boolean {
  if (target.kind !== "detection" || target.category !== UNNAMED_CATEGORY) return false;
  const named = [...truths].map((text): Target => JSON.parse(text)).find((truth) =>
    truth.kind === "detection" &&
    canonicalJson(truth.boxes) === canonicalJson(target.boxes)
  );
  return named !== undefined && !known.has(saying({ id: "", task, target: named }));
}

/** Whether a single box is that of a sound question with other words, which tell what it is of. */
function isRegion({ task, target }: Read, sound: readonly Read[]): boolean {
  const [box, another] = boxesIn(target);
  return box !== undefined && another === undefined && target.kind !== "point" &&
    sound.some((one) =>
      boxesIn(one.target).join() === box &&
      canonicalJson(one.task) !== canonicalJson(task)
    );
}

function wordsOf(text: string): string[] {
  return text.split(/[\s<>.]+/).filter((word) => word.length > 1);
}

/** Names that a model would learn to say. */
function namesOf({ target }: Read): string[] {
  switch (target.kind) {
    case "detection":
      return [target.category];
    case "classification":
      return [target.label, ...target.aliases ?? []];
    default:
      return [];
  }
}

/** All texts of a question. */
function textsOf(question: Read): string[] {
  const found: string[] = [];
  JSON.stringify({ ...question, id: undefined }, (key, value) => {
    if (typeof value === "string" && key !== "kind") found.push(value);
    return value;
  });
  return found;
}

/** Whether a text stands in a file, whatever its escapes and white space. */
function stands(text: string, file: string): boolean {
  return bare(file).includes(bare(text));
}

function bare(text: string): string {
  return text.replace(
    /\\u([0-9a-f]{4})/gi,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  )
    .replace(/\\[nrtbf]/g, "").replace(/[\s\\]|<image>/g, "");
}

function textIn(content: string | Uint8Array): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

function numbersIn(text: string): string {
  return (text.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/gi) ?? []).join(" ");
}
