/** The four tags that a well-formed completion is made of. */
const TAG = /<\/?(?:think|answer)>/g;

/** The content of a completion's tags. */
export interface Blocks {
  /** Inside the first `<think>…</think>`; the first tag may be missing, or the prompt's. */
  readonly think?: string;
  /**
   * Inside the first `<answer>…</answer>` after the thinking, trimmed. Without such a tag, what
   * follows the thoughts: models that think by their template write no answer tags.
   */
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
 * so that what is complete in it can still be read; such a text is not well formed. Tags are read in
 * any case, and `<thinking>` too, but a text is well formed only with the tags that were asked for:
 * white space around and between the two blocks is allowed, further tags are not. Total and linear
 * in the length of the text.
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
  const think = thoughtsOf(text);
  // Thoughts may quote an answer; the answer itself comes after them.
  const rest = think === undefined ? text : text.slice(think.end);
  const content = answerIn(rest) ?? (think && untagged(rest));
  return {
    ...think !== undefined && { think: think.inner },
    ...content !== undefined && { content: content.trim() },
    ...formOf(text),
  };
}

/** The first think block; one that the prompt opened has no tag at its beginning. */
function thoughtsOf(text: string) {
  const close = /<\/think(?:ing)?>/i.exec(text);
  const open = /<think(?:ing)?>/i.exec(text);
  if (close === null) return undefined;
  const end = close.index + close[0].length;
  if (open !== null && open.index < close.index) {
    return { inner: text.slice(open.index + open[0].length, close.index), end };
  }
  const isFirst = !/<answer>/i.test(text.slice(0, close.index));
  return isFirst ? { inner: text.slice(0, close.index), end } : undefined;
}

/** Inside the first answer block; to the end of the text if it was cut off. */
function answerIn(text: string): string | undefined {
  const open = /<answer>/i.exec(text);
  if (open === null) return undefined;
  const inner = text.slice(open.index + open[0].length);
  const close = /<\/answer>/i.exec(inner);
  return close === null ? inner : inner.slice(0, close.index);
}

/**
 * What follows the thoughts of a model that writes no answer tags, less special tokens; those around
 * a box and its label stay, or the box would lose the label.
 */
function untagged(text: string): string | undefined {
  if (/<\/answer>/i.test(text)) return undefined;
  const rest = text.replaceAll(/<\|(?!object_ref_|box_)[^|<>]*\|>/g, "").trim();
  return rest === "" ? undefined : rest;
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
