import type * as v from "valibot";

/** Where in a value a schema found something: `.shapes[2].points`; empty for the whole value. */
export function placeOf({ path }: v.BaseIssue<unknown>): string {
  return (path ?? []).map(({ key }) => step(key)).join("");
}

/** What should be there, as the end of a sentence; its schemas' messages are nouns. */
export function wantedBy({ input, message }: v.BaseIssue<unknown>): string {
  return `must be ${input === undefined ? "there" : message}`;
}

function step(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
