import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BASE_CATEGORIES,
  CATEGORIES,
  EMOJI_LABELS,
} from "../../../data/emoji/categories.ts";
import { normaliseLabel } from "../../../data/questions/label.ts";
import { canonicalLabel, labelSet } from "../../../data/questions/label_set.ts";

const set = labelSet({
  airplane: ["aeroplane", "plane"],
  "ATR-42": [],
  "fire truck": [],
});

Deno.test("canonicalLabel() reads a name, its aliases and their spellings", () => {
  assert.deepEqual(set.names, ["airplane", "ATR-42", "fire truck"]);
  assert.equal(canonicalLabel(set, "airplane"), "airplane");
  assert.equal(canonicalLabel(set, " Aeroplane\n"), "airplane");
  assert.equal(canonicalLabel(set, "atr 42"), "ATR-42");
  assert.equal(canonicalLabel(set, "FIRE_TRUCK"), "fire truck");
});

Deno.test("canonicalLabel() knows no part and no list of names", () => {
  for (const text of ["", "air", "fire", "airplane, plane", "airplane or ATR-42", "-"]) {
    assert.equal(canonicalLabel(set, text), undefined, text);
  }
});

Deno.test("labelSet() refuses names that read the same, and says which", () => {
  assert.throws(
    () => labelSet({ boat: ["Sail_Boat"], "sail-boat": [] }),
    /RangeError: "sail-boat" of the label "sail-boat" reads the same as a name of "boat"/,
  );
  assert.throws(
    () => labelSet({ present: [], gift: ["Present"] }),
    /RangeError: "Present" of the label "gift" reads the same as a name of "present"/,
  );
  assert.throws(() => labelSet({ dash: ["-"] }), /RangeError: .*"dash".*"-"/);
  // The same name twice for one label is a waste, and no harm.
  assert.equal(canonicalLabel(labelSet({ cat: ["Cat"] }), "CAT"), "cat");
});

Deno.test("a label set that is accepted gives every name of a label back as that label", () => {
  const word = fc.string({
    minLength: 1,
    maxLength: 3,
    unit: fc.constantFrom(..."aB-_ "),
  });
  const entries = fc.dictionary(word, fc.array(word, { maxLength: 2 }), { maxKeys: 4 });
  let accepted = 0;
  fc.assert(
    fc.property(entries, (entries) => {
      let made;
      try {
        made = labelSet(entries);
      } catch (error) {
        assert.ok(error instanceof RangeError);
        return;
      }
      accepted++;
      for (const [name, aliases] of Object.entries(entries)) {
        for (const text of [name, ...aliases]) {
          assert.equal(canonicalLabel(made, text), name);
        }
      }
    }),
    { numRuns: 500, seed: 1 },
  );
  assert.ok(accepted > 100, `${accepted} sets accepted`);
});

Deno.test("the embedded categories have aliases that mean none of the others", () => {
  assert.deepEqual(EMOJI_LABELS.names, CATEGORIES.map(({ name }) => name));
  assert.equal(canonicalLabel(EMOJI_LABELS, "Aeroplane"), "airplane");
  for (const { name } of BASE_CATEGORIES) {
    assert.equal(canonicalLabel(EMOJI_LABELS, name), name);
  }
  const names = EMOJI_LABELS.names.map(normaliseLabel);
  for (const alias of Object.values(EMOJI_LABELS.aliases).flat()) {
    assert.ok(!names.includes(normaliseLabel(alias)), alias);
  }
});
