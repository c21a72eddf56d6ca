import assert from "node:assert/strict";
import fc from "fast-check";
import { readChoice } from "../../../stages/parse/read_choice.ts";
import { completionText, MONSTERS } from "../../support/completions.ts";

const colours = ["red", "Blue", "a green one", "none of these"];

Deno.test("readChoice() reads a letter, an option's text, or both", () => {
  for (
    const text of [
      ...["B", "b", "(B)", "[B]", "B.", "B)", "B:", "(B).", "**B**", "\\boxed{B}", '"B"'],
      ...["B: blue", "B. Blue", "(B) Blue", "B - blue", "B) blue.", "blue", "BLUE."],
      ...["Option B", "Answer: B", "The answer is B", "the correct answer is (B) blue"],
      ...['{"answer": "B"}', "```\nB\n```"],
    ]
  ) assert.equal(readChoice(text, colours), "B", text);
  assert.equal(readChoice("a green one", colours), "C");
  assert.equal(readChoice("A", colours), "A");
  for (const text of ["B", "(b)", "B. whatever it says", "Option B"]) {
    assert.equal(readChoice(text), "B", text);
  }
});

Deno.test("readChoice() guesses nothing", () => {
  for (
    const text of [
      ...["", "A or B", "A, B", "AB", "ABCD", "A. B. C. D.", "B: red", "(B) (C)", "B C"],
      ...[
        "E",
        "(Z) blue",
        "not B",
        "blue or red",
        "it is blue",
        "Blue, red",
        "?",
        "1",
        "-",
      ],
      ...["B: ", "B:"].map((text) => text + "red, blue"),
    ]
  ) assert.equal(readChoice(text, colours), undefined, text);
  for (const text of ["A or B", "A. B. C. D.", "A: B", "blue", "A) red B) blue"]) {
    assert.equal(readChoice(text), undefined, text);
  }
  assert.equal(readChoice("red", ["red", "Red"]), undefined, "two options have the text");
  assert.equal(readChoice("A", ["B", "A"]), "A", "a letter is a letter");
});

Deno.test("readChoice() is total, and finds every option by letter and by text", () => {
  const total = (text: string) => {
    for (const options of [undefined, colours]) {
      assert.match(readChoice(text, options) ?? "A", /^[A-Z]$/);
    }
  };
  fc.assert(fc.property(completionText, total));
  MONSTERS.forEach(total);
  const word = fc.stringMatching(/^[a-z]{2,9}( [a-z]{2,9})?$/);
  const several = fc.uniqueArray(word, { minLength: 2, maxLength: 8 });
  fc.assert(fc.property(several, (options) => {
    options.forEach((option, i) => {
      const letter = String.fromCharCode(65 + i);
      for (const text of [letter, `(${letter})`, option, `${letter}. ${option}`]) {
        assert.equal(readChoice(text, options), letter, text);
      }
    });
  }));
});
