import assert from "node:assert/strict";
import {
  BASE_CATEGORIES,
  CATEGORIES,
  NOVEL_CATEGORIES,
} from "../../../data/emoji/categories.ts";
import { ARTISTS, HELD_OUT_ARTIST, KNOWN_ARTISTS } from "../../../data/emoji/artists.ts";

Deno.test("there are 65 base and 15 novel categories, all different", () => {
  assert.equal(BASE_CATEGORIES.length, 65);
  assert.equal(NOVEL_CATEGORIES.length, 15);
  assert.deepEqual(CATEGORIES, [...BASE_CATEGORIES, ...NOVEL_CATEGORIES]);
  for (const key of ["name", "codePoint"] as const) {
    assert.equal(new Set(CATEGORIES.map((category) => category[key])).size, 80);
  }
});

Deno.test("names are one or two lower-case words, and no group is named like a category", () => {
  const groups = new Set<string>(CATEGORIES.map(({ group }) => group));
  for (const { name, codePoint } of CATEGORIES) {
    assert.match(name, /^[a-z]+( [a-z]+)?$/);
    assert.match(codePoint, /^[0-9a-f]{4,5}$/);
    assert.ok(!groups.has(name), name);
  }
});

Deno.test("every group has novel categories", () => {
  const groups = (list: readonly { readonly group: string }[]) =>
    [...new Set(list.map(({ group }) => group))].sort();
  assert.deepEqual(groups(NOVEL_CATEGORIES), groups(BASE_CATEGORIES));
});

Deno.test("the held-out artist is no known one", () => {
  assert.ok(!KNOWN_ARTISTS.includes(HELD_OUT_ARTIST));
  assert.deepEqual([...ARTISTS].sort(), ["fluent", "noto", "openmoji", "twemoji"]);
});
