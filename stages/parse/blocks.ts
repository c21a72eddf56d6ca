/** The four tags that a completion is made of. */
const TAG = /<\/?(?:think|answer)>/g;

/** The content of a completion's tags. */
export interface Blocks {
  /** Inside the first `<think>…</think>`. */
  readonly think?: string;
  /** Inside the first `<answer>…</answer>` after the thinking, trimmed. */
  readonly content?: string;
  /** True if the whole text is one think block followed by one answer block. */
  readonly wellFormed: boolean;
  /** True if the whole text is one answer block and nothing else. */
  readonly answerAlone: boolean;
}

/**
 * Splits a completion at its tags.
 *
 * An answer that the length limit cut off before `</answer>` reaches to the end of the text,
 * so that what is complete in it can still be read; such a text is not well formed. White
 * space around and between the two blocks is allowed, further tags are not. Total and linear in
 * the length of the text.
 *
 * @example
 * ```ts
 * import { splitBlocks } from "./blocks.ts";
 *
 * splitBlocks("<think>four legs</think><answer> cat </answer>");
 * // { think: "four legs", content: "cat", wellFormed: true, answerAlone: false }
 * ```
 */
export function splitBlocks(text: string): Blocks {
  const think = inside(text, "<think>", "</think>", 0);
  // Thoughts may quote an answer; the answer itself comes after them.
  const behind = think.inner === undefined ? 0 : think.end;
  let answer = inside(text, "<answer>", "</answer>", behind);
  if (answer.inner === undefined) {
    const open = text.indexOf("<answer>", behind);
    if (open >= 0) answer = { inner: text.slice(open + 8), end: text.length };
  }
  return {
    ...(think.inner === undefined ? {} : { think: think.inner }),
    ...(answer.inner === undefined ? {} : { content: answer.inner.trim() }),
    ...formOf(text),
  };
}

function inside(text: string, open: string, close: string, from: number) {
  const start = text.indexOf(open, from);
  const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
  if (end < 0) return { inner: undefined, end: from };
  return { inner: text.slice(start + open.length, end), end: end + close.length };
}

function formOf(text: string): Pick<Blocks, "wellFormed" | "answerAlone"> {
  const body = text.trim();
  const tags = [...body.matchAll(TAG)];
  const order = tags.map(([tag]) => tag).join("");
  const isClosed = body.startsWith(tags[0]?.[0] ?? "") && body.endsWith("</answer>");
  if (order === "<answer></answer>") return { wellFormed: false, answerAlone: isClosed };
  if (order !== "<think></think><answer></answer>") {
    return { wellFormed: false, answerAlone: false };
  }
  const between = body.slice(tags[1]!.index + "</think>".length, tags[2]!.index);
  return { wellFormed: isClosed && between.trim() === "", answerAlone: false };
}
