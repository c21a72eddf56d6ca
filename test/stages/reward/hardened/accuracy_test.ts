import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { accuracy } from "../../../../stages/reward/hardened/accuracy.ts";
import { normaliseLabel } from "../../../../data/questions/label.ts";

const of = (content: string, label: string) =>
  accuracy(parseAnswer(`<answer>${content}</answer>`), { kind: "classification", label });

Deno.test("hardened accuracy forgives writing, not another label", () => {
  assert.equal(of("Garden_Phlox", "garden phlox"), 1);
  assert.equal(of("\n garden \t phlox\n", "garden phlox"), 1);
  assert.equal(of("ATR 42", "ATR-42"), 1);
  assert.equal(of("E\u0301tude fleur", "Étude fleur"), 1);
  assert.equal(of("tulip", "garden phlox"), 0);
});

Deno.test("hardened accuracy pays for no part and for no list", () => {
  for (const content of ["", "_", "-", "a", "garden", "garden phlox, tulip", "<b>"]) {
    assert.equal(of(content, "garden phlox"), 0, content);
  }
  assert.equal(of("", "-"), 0);
  const bare = { kind: "classification", label: "garden phlox" } as const;
  assert.equal(accuracy(parseAnswer("garden phlox"), bare), 0);
});

Deno.test("hardened accuracy pays for the label and its spellings alone", () => {
  const label = fc.string({ minLength: 1 });
  fc.assert(fc.property(label, label, (stated, label) => {
    const equal = normaliseLabel(stated) === normaliseLabel(label);
    assert.equal(of(stated, label), equal && normaliseLabel(stated) !== "" ? 1 : 0);
  }));
});

Deno.test("hardened accuracy takes the aliases that a target brings along, whole", () => {
  const target = {
    kind: "classification",
    label: "airplane",
    aliases: ["aeroplane", "plane"],
  } as const;
  const of = (content: string) =>
    accuracy(parseAnswer(`<answer>${content}</answer>`), target);
  assert.equal(of("Aeroplane"), 1);
  assert.equal(of("plane"), 1);
  for (const content of ["aero", "planes", "plane aeroplane", ""]) {
    assert.equal(of(content), 0, content);
  }
});
