const FENCE = "```";

/**
 * An answer's content without the code fence around it, whether or not the fence was closed.
 *
 * @example
 * ```ts
 * import { withoutFence } from "./plain_content.ts";
 *
 * const fence = "`".repeat(3);
 * withoutFence(`${fence}json\n[1, 2]\n${fence}`); // "[1, 2]"
 * ```
 */
export function withoutFence(content: string): string {
  const text = content.trim();
  if (!text.startsWith(FENCE)) return text;
  const inner = text.slice(FENCE.length).replace(/^[A-Za-z0-9_-]*/, "");
  return (inner.endsWith(FENCE) ? inner.slice(0, -FENCE.length) : inner).trim();
}

/** In any case; a list, quotes and a full stop around it are taken off before. */
const NOTHING =
  /^(?:none|no\s+object(?:s|\(s\))?(?:\s+(?:found|detected|present|visible))?)$/i;
const EMPTY = /^(?:\[\s*\]|\{\s*\}|\(\s*\))$/;
/** An empty list under the one key of an answer, as in `{"objects": []}`. */
const EMPTY_KEYED =
  /^\{\s*["']?(?:answer|results?|outputs?|objects|detections|regions|boxes|bboxes)["']?\s*:\s*\[\s*\]\s*,?\s*\}$/i;

/**
 * Whether a content says that nothing is there, and nothing else: 'No Objects', "No object found.",
 * "no object(s)", "None", `[]`, `{"objects": []}`, in any case, with quotes, brackets, `**`, a full stop
 * or a code fence around it.
 *
 * @example
 * ```ts
 * import { saysNothingIsThere } from "./plain_content.ts";
 *
 * saysNothingIsThere("['No Objects']"); // true
 * saysNothingIsThere("No, a cat"); // false
 * ```
 */
export function saysNothingIsThere(content: string): boolean {
  const text = withoutFence(content);
  if (text.length > MOST_WORDS) return false;
  return EMPTY.test(text) || EMPTY_KEYED.test(text) || NOTHING.test(undressed(text));
}

/** Characters of a text that says so, at most. */
const MOST_WORDS = 60;

const PAIRS: readonly (readonly [string, string])[] = [
  ...[["[", "]"], ["{", "}"], ["(", ")"], ['"', '"'], ["'", "'"], ["“", "”"]] as const,
  ...[["**", "**"], ["__", "__"], ["*", "*"], ["`", "`"]] as const,
];

/** A text without the brackets, quotes, emphasis and full stop around it. */
function undressed(text: string): string {
  let inner = text.trim();
  for (;;) {
    const bare = inner.replace(/\.$/, "");
    const pair = PAIRS.find(([open, close]) =>
      bare.length >= open.length + close.length && bare.startsWith(open) &&
      bare.endsWith(close)
    );
    if (pair === undefined) return bare.trim();
    inner = bare.slice(pair[0].length, -pair[1].length).trim();
  }
}
