import assert from "node:assert/strict";
import fc from "fast-check";
import { plainLabel } from "../../../stages/parse/plain_label.ts";

Deno.test("plainLabel() takes off what models put around a label, and nothing of the label", () => {
  for (
    const [content, label] of [
      ["red", "red"],
      ["```\nred\n```", "red"],
      ['"red"', "red"],
      ["red.", "red"],
      ["**red**.", "red"],
      ["__red__", "red"],
      ["__snake_case__", "snake_case"],
      ["__a__ or __b__", "__a__ or __b__"],
      ["$red$", "red"],
      ["$\\text{red}$", "red"],
      ["$3 or $4", "$3 or $4"],
      ["$", "$"],
      ["\\boxed{red}", "red"],
      ["\\boxed{\\text{red}}", "red"],
      ['```json\n{"label": "red"}\n```', "red"],
      ["{'answer': 'dog\\'s'}", "dog's"],
      ['{"label": "red", "other": "blue"}', '{"label": "red", "other": "blue"}'],
      ["red, or blue", "red, or blue"],
      ["'a' or 'b'", "'a' or 'b'"],
      [".", "."],
      ["", ""],
    ]
  ) {
    assert.equal(plainLabel(content!), label, content);
  }
});

Deno.test("plainLabel() is total, and what it gives is part of the content", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
    const label = plainLabel(text);
    assert.ok(text.includes(label) || text.includes("\\"), text);
    assert.equal(plainLabel(label).length <= label.length, true);
  }));
});
