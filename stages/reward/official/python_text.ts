/**
 * How Python reads text where JavaScript differs; the official rewards depend on it.
 *
 * @module
 */

/** White space to Python's `str.strip` and `\s`, for use inside a character class. */
export const PYTHON_SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const SPACE = new RegExp(`[${PYTHON_SPACE}]`);

/** `text.strip()` */
export function strip(text: string): string {
  let start = 0, end = text.length;
  while (start < end && SPACE.test(text[start]!)) start++;
  while (end > start && SPACE.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/**
 * `re.search(r'<answer>(.*?)</answer>', text)`, with or without `re.DOTALL`: its group,
 * stripped, or the whole text, stripped, if nothing matches. Linear in the text's length.
 */
export function studentAnswer(text: string, dotAll: boolean): string {
  for (const line of dotAll ? [text] : text.split("\n")) {
    const start = line.indexOf("<answer>");
    const end = start < 0 ? -1 : line.indexOf("</answer>", start + 8);
    if (end >= 0) return strip(line.slice(start + 8, end));
  }
  return strip(text);
}

/** The value of one decimal digit of any script, as `int` reads what `\d` matched. */
export function digitValue(digit: string): number {
  // The ten digits of a script follow one another; a few blocks hold several tens in a row.
  let code = digit.codePointAt(0)!;
  if (code < 0x80) return code - 0x30;
  let run = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
    [code, run] = [code - 1, run + 1];
  }
  return run % 10;
}

/** `int(text)` for a run of digits. */
export function pythonInt(text: string): number {
  return Number([...text].map(digitValue).join(""));
}
