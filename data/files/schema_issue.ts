import type * as v from "npm:valibot@1.5.0";
import { quoted } from "../quoted.ts";

/** Characters of a schema's own message: the usual ones quote what they were given. */
const MESSAGE = 200;

/** Where in a value a schema found something: `.shapes[2].points`; empty for the whole value. */
export function placeOf({ path }: v.BaseIssue<unknown>): string {
  return (path ?? []).map(({ key }) => step(key)).join("");
}

/** What should be there, as the end of a sentence; its schemas' messages are nouns. */
export function wantedBy({ input, message }: v.BaseIssue<unknown>): string {
  if (input === undefined) return "must be there";
  return `must be ${
    message.length <= MESSAGE ? message : `${message.slice(0, MESSAGE)}…`
  }`;
}

function step(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  const name = String(key);
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${quoted(name)}]`;
}
