import { distance, nearestName } from "../../nearest_name.ts";
import { quoted } from "../../short_text.ts";
import { OWN_FORMS, type OwnForm } from "./own_forms.ts";

/** A line as JSON. */
export type Line = Readonly<Record<string, unknown>>;

/** Keys of a question in words: the first is the project's own. */
export const ASKED = ["problem", "question", "query"] as const;
/** Keys of its answer. */
export const TOLD = ["solution", "answer", "response"] as const;
/** Keys of its images. */
export const IMAGES = ["image", "images", "image_path"] as const;

/** Keys that say nothing of the question. */
export const IGNORED: readonly string[] = [
  ...["width", "height", "source", "data_source", "dataset", "dataset_name", "split"],
  ...["difficulty", "metadata", "extra_info", "ability", "accu_reward_method"],
];

const KNOWN: readonly string[] = [
  ...["id", "reasoning", "objects", "system", "history"],
  ...[...IMAGES, ...ASKED, ...TOLD, ...IGNORED],
];

/** Keys of others for what is asked and for the answer, in lines that lack ours. */
const OTHERS: Readonly<Record<string, string>> = {
  instruction: "problem",
  output: "solution",
  ground_truth: "solution",
  gt: "solution",
  target: "solution",
};

/** Long enough that no other word is one letter off: "text" is near to "test" and to "next". */
const TRUTH_KEYS = [...ASKED, ...TOLD, "boxes", "label", "number", "choice"];

/** Whether a key says nothing: tables write such values where a row lacks one. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" ||
    Array.isArray(value) && value.length === 0;
}

/**
 * Refuses other names for the keys of a form of the project's own, which would be missing.
 *
 * @throws {SyntaxError} If a key has another name: names the right one.
 */
export function checkOwnKeys(line: Line, form: OwnForm): void {
  const wanted = Object.keys(OWN_FORMS[form].entries);
  const others = [...ASKED.slice(1).map((key) => [key, "problem"]), [
    "choices",
    "options",
  ]];
  for (const [key, right] of others) {
    if (isEmpty(line[key!]) || !wanted.includes(right!)) continue;
    throw misnamed(key!, right!, ` beside ${quoted(form)}`);
  }
}

/**
 * Refuses a key that would change the question, or is probably a known one, mistyped. Other keys say
 * nothing of the question.
 *
 * @throws {SyntaxError} If there is such a key: names the right one.
 */
export function checkKeys(line: Line): void {
  for (
    const [key, right] of [["prompt", "problem"], ["completion", "solution"]] as const
  ) {
    if (key === "prompt" && Array.isArray(line[key])) continue; // a conversation
    if (!isEmpty(line[key])) throw misnamed(key, right);
  }
  const told = TOLD.find((key) => !isEmpty(line[key]));
  const own = ["number", "choice", "point", "own"].find((key) => !isEmpty(line[key]));
  if (told !== undefined && own !== undefined) {
    throw new SyntaxError(`it has both ${told} and ${own}: give one of them`);
  }
  // "A", "B", … are a column for each option, as MMBench has it.
  for (const key of ["options", "choices", "A", "B"]) {
    if (isEmpty(line[key])) continue;
    throw new SyntaxError(
      `it has ${key} and no choice: write "options" and "choice" beside "problem" for a question ` +
        "that lists them",
    );
  }
  for (const key of Object.keys(line)) {
    if (KNOWN.includes(key) || isEmpty(line[key])) continue;
    const near = nearestName(key, ["id", "reasoning"]) ?? mistypedTruth(key);
    if (near === undefined) continue;
    throw new SyntaxError(
      `the key ${quoted(key)} is not known; did you mean ${quoted(near)}?`,
    );
  }
}

/** The key of a truth that is one letter off, or two if it is long. */
function mistypedTruth(key: string): string | undefined {
  return TRUTH_KEYS.find((one) =>
    distance(key.toLowerCase(), one) <= (one.length < 8 ? 1 : 2)
  );
}

/** What a line without a form lacks. */
export function lacking(line: Line, asked?: string, told?: string): SyntaxError {
  for (const [key, right] of Object.entries(OTHERS)) {
    if (isEmpty(line[key]) || (right === "problem" ? asked : told) !== undefined) {
      continue;
    }
    return misnamed(key, right);
  }
  if (told !== undefined) {
    return new SyntaxError(
      `it has ${told} and no problem: give what is asked as "problem"`,
    );
  }
  if (asked !== undefined) {
    return new SyntaxError(
      `it has ${asked} and no ground truth: give solution (or number, text, choice, point)`,
    );
  }
  const forms = [...Object.keys(OWN_FORMS), ...TOLD, "conversations", "messages"];
  const near = Object.keys(line).map((key) => nearestName(key, forms)).find(Boolean);
  return new SyntaxError(
    "it has no ground truth: give boxes, label, box, solution, conversations or messages" +
      (near === undefined ? "" : `; is ${quoted(near)} mistyped?`),
  );
}

function misnamed(key: string, right: string, where = ""): SyntaxError {
  return new SyntaxError(
    `the key ${quoted(key)} is not read${where}: write it as ${quoted(right)}`,
  );
}
