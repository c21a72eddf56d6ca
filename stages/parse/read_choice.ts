import { normaliseLabel } from "../../data/questions/label.ts";
import { plainLabel } from "./plain_label.ts";

/** Characters of a content that states a choice, at most, if no options say how long they are. */
const MOST = 400;
const INTRODUCED =
  /^(?:the\s+)?(?:correct\s+|final\s+)?(?:answer|option|choice)(?:\s+is\b)?\s*:?\s*/i;
/** "B", "(B)", "[B]", "B.", "B)", "B:"; what follows is the option's text. */
const LETTERED = /^[([]?([A-Za-z])(?:[)\]]?[.:]?|\s*-)(?:$|(?<=[.:)\]-])\s*(.*)$)/s;

/**
 * The letter of the one option that an answer's content states: "B", "b", "(B)", "B.", "B: blue",
 * "Option B" or the option's text, all as `plainLabel` reads them. A letter whose text is that of
 * another option states none, and neither do several letters. Total.
 *
 * @param options The options' texts, the first under "A". Default: only letters are read, and what
 * follows a letter must not be another one.
 * @returns "A" to "Z"; `undefined` if no option is stated.
 *
 * @example
 * ```ts
 * import { readChoice } from "./read_choice.ts";
 *
 * readChoice("(B) Blue", ["red", "blue"]); // "B"
 * readChoice("blue", ["red", "blue"]); // "B"
 * readChoice("A, B", ["red", "blue"]); // undefined
 * ```
 */
export function readChoice(
  content: string,
  options?: readonly string[],
): string | undefined {
  const most = MOST + Math.max(0, ...(options ?? []).map(({ length }) => 2 * length));
  if (content.length > most) return undefined;
  const label = plainLabel(content);
  return byText(label, options) ?? byLetter(label, options) ??
    byLetter(plainLabel(label.replace(INTRODUCED, "")), options);
}

/** A single letter is a letter, even if it is an option's text too. */
function byText(text: string, options: readonly string[] = []): string | undefined {
  if (/^[A-Za-z]$/.test(text)) return undefined;
  const stated = normaliseLabel(text);
  const [found, another] = options.flatMap((option, i) =>
    stated !== "" && normaliseLabel(option) === stated ? [letterOf(i)] : []
  );
  return another === undefined ? found : undefined;
}

function byLetter(text: string, options?: readonly string[]): string | undefined {
  const [, stated, rest = ""] = LETTERED.exec(text) ?? [];
  if (stated === undefined) return undefined;
  const letter = stated.toUpperCase();
  const option = options?.[letter.charCodeAt(0) - 65];
  if (options !== undefined && option === undefined) return undefined;
  if (rest.trim() === "") return letter;
  if (option !== undefined) {
    return normaliseLabel(plainLabel(rest)) === normaliseLabel(plainLabel(option))
      ? letter
      : undefined;
  }
  return /(?<![\p{L}'])[A-Z](?![\p{L}'])/u.test(rest) ? undefined : letter;
}

/** The letter of an option, counted from 0. */
function letterOf(index: number): string {
  return String.fromCharCode(65 + index);
}
