/**
 * The messages of errors, for people at a command line: the options that they name become flags.
 *
 * Only pipeline/cli knows flags. An error of data/, stages/ or another room of pipeline/ names an
 * option as a program does, in camelCase, and in one of three forms:
 *
 * 1. as the first word of the message: `steps must be at least 3`, `data jsonl:x: no such file`;
 * 2. after the word "option", for a name of one word: `leave out option data`;
 * 3. anywhere, for a name with a capital inside: `lower learningRate or use loraR 8`.
 *
 * Everything else is left alone: words between quotes or backticks, parts of a path, what the user
 * wrote on the command line, and names after "no option", which are not options.
 *
 * @module
 */
import { writtenName } from "../../data/questions/spec.ts";

/**
 * Rewrites the options that a message names, in the forms above, into flags.
 *
 * @param names The options that there are, in camelCase.
 * @param given Texts of the user's, which stay as they are: the arguments of the command.
 *
 * @example
 * ```ts
 * import { optionsAsFlags } from "./options_as_flags.ts";
 *
 * const names = ["data", "learningRate", "steps"];
 * optionsAsFlags("steps must be at least 3", names); // "--steps must be at least 3"
 * optionsAsFlags("lower learningRate", names); // "lower --learning-rate"
 * optionsAsFlags("leave out option data", names); // "leave out --data"
 * optionsAsFlags("the data are empty", names); // as it is
 * ```
 */
export function optionsAsFlags(
  message: string,
  names: Iterable<string>,
  given: readonly string[] = [],
): string {
  const known = new Set(names);
  const kept = [
    ...quotedIn(message),
    ...given.flatMap((text) => placesOf(text, message)),
  ];
  return message.replace(
    MENTION,
    (text, option: string | undefined, name, at: number) => {
      const start = at + text.length - name.length;
      const names = at === 0 || option !== undefined || /[A-Z]/.test(name);
      const isKept = kept.some(([from, to]) => from <= start && at + text.length <= to);
      return names && known.has(name) && !isKept ? flagOf(name) : text;
    },
  );
}

/**
 * A word by itself, perhaps behind "option": followed by a space or by a mark that ends a clause,
 * so that it is no part of a path.
 */
const MENTION =
  /(?<=^|\s|\()((?<!\bno )(?:the )?option )?([a-z][A-Za-z0-9]*)(?=[,;?!)]|[.:]?(?:\s|$))/g;

const QUOTED = /"(?:[^"\\]|\\.)*"|`[^`]*`|(?<!\w)'[^']*'(?!\w)/g;

type Span = readonly [from: number, to: number];

function quotedIn(message: string): Span[] {
  return [...message.matchAll(QUOTED)].map((found) =>
    [found.index, found.index + found[0].length] as const
  );
}

/**
 * Where a message has the user's text: an argument, the value behind its "=", or a path in it
 * that has spaces (one without is protected by having no spaces around an option's name).
 */
function placesOf(argument: string, message: string): Span[] {
  const value = argument.replace(/^--[^=]*=/, "");
  const parts = value.split(/[,=:]/).filter((part) => /\s/.test(part.trim()));
  const places: Span[] = [];
  for (const text of new Set([argument, value, ...parts])) {
    if (text === "") continue;
    for (let at = message.indexOf(text); at >= 0; at = message.indexOf(text, at + 1)) {
      places.push([at, at + text.length]);
    }
  }
  return places;
}

/** An option's name as a flag: `numGenerations` is `--num-generations`. */
export function flagOf(name: string): string {
  return "--" + writtenName(name);
}
