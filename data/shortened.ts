/**
 * A text from a file, fit for a message: at most `most` characters, and control characters, which
 * a terminal obeys, written out.
 */
export function shortened(text: string, most = 150): string {
  const cut = text.length > most ? text.slice(0, most - 1) + "…" : text;
  return cut.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => "\\u" + character.codePointAt(0)!.toString(16).padStart(4, "0"),
  );
}

/** A value from a JSON file, as JSON and short enough for a message. */
export function shownJson(value: unknown, most = 60): string {
  return shortened(JSON.stringify(value) ?? "missing", most);
}
