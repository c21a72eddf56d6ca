/** Known to this file alone: nothing that was read from JSON can have it. */
const MARKUP = Symbol("markup");

/** Text that is HTML already; only `markup` and `trusted` make it. */
export interface Html {
  readonly [MARKUP]: string;
}

/** What may stand in a `markup` template. */
export type Part = Html | string | number | undefined | false | readonly Part[];

/**
 * A template whose values are escaped, in text as well as in quoted attributes; values that are
 * `Html` go in as they are, lists one after another, `undefined` and `false` as nothing. It
 * is not named "html" because formatters change white space in templates of that name.
 *
 * @throws {TypeError} If a value is none of these.
 *
 * @example
 * ```ts
 * import { markup, htmlOf } from "./markup.ts";
 *
 * const rows = ["a", "<b>"].map((text) => markup`<li>${text}</li>`);
 * htmlOf(markup`<ul>${rows}</ul>`); // "<ul><li>a</li><li>&lt;b&gt;</li></ul>"
 * ```
 */
export function markup(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = texts[0]!;
  parts.forEach((part, i) => {
    text += htmlOf(part) + texts[i + 1]!;
  });
  return { [MARKUP]: text };
}

/**
 * HTML that is escaped already: a plot, a style sheet. Never a run's text.
 */
export function trusted(text: string): Html {
  return { [MARKUP]: text };
}

/** A part of a template as text of HTML. */
export function htmlOf(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  if (Array.isArray(part)) return part.map(htmlOf).join("");
  const text = (part as Html)[MARKUP];
  if (typeof text === "string") return text;
  throw new TypeError(`A template of HTML takes texts and numbers, not ${typeof part}`);
}

/**
 * Escapes a text so that a browser only shows it, between tags or between
 * quotes.
 *
 * Characters that are not seen but change what is seen (controls, directions of writing, halves
 * of surrogate pairs, zero widths) are shown by their code points; new lines and tabs stay.
 *
 * @example
 * ```ts
 * import { escapeHtml } from "./markup.ts";
 *
 * escapeHtml("</script>"); // "&lt;/script&gt;"
 * escapeHtml("a\u202Eb"); // "a[U+202E]b"
 * ```
 */
export function escapeHtml(text: string): string {
  return text
    .replace(UNSEEN, (c) => {
      const code = c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      return `[U+${code}]`;
    })
    .replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Controls (Cc) but \n and \t, directions and zero widths, lone surrogates, U+FFFE and U+FFFF. */
const UNSEEN =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF]|\p{Surrogate}/gu;
