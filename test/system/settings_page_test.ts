import assert from "node:assert/strict";
import { SETTINGS } from "../../pipeline/settings/settings.ts";

const PAGE = await Deno.readTextFile(
  new URL("../../docs/settings.md", import.meta.url),
);

/** A setting as a flag: `learningRate` is --learning-rate. */
function flag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The page's table of flags, by flag: default and meaning. */
const rows = new Map(
  [...PAGE.matchAll(/^\| `(--[\w-]+)` +\| (.*?) +\| (.*?) +\|$/gm)]
    .map(([, name, given, meaning]) => [name!, { given: given!, meaning: meaning! }]),
);

Deno.test("docs/settings.md has every flag with the default and the meaning that --help shows", () => {
  for (const [name, setting] of Object.entries(SETTINGS)) {
    const row = rows.get(flag(name));
    assert.ok(row !== undefined, `${flag(name)} is missing in docs/settings.md`);
    const { fallback, about } = setting as { fallback?: unknown; about: string };
    const shown = fallback === undefined || fallback === ""
      ? ""
      : Array.isArray(fallback)
      ? fallback.join(",")
      : typeof fallback === "object"
      ? ""
      : String(fallback);
    assert.equal(row.given.replaceAll("`", ""), shown, `default of ${flag(name)}`);
    assert.equal(row.meaning, about, `meaning of ${flag(name)}`);
  }
});
