import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { textSimilarity } from "../../../../stages/reward/kinds/text_similarity.ts";

const earned = (content: string, text: string) =>
  textSimilarity(parseAnswer(`<answer>${content}</answer>`), { kind: "text", text });
const word = fc.stringMatching(/^[a-z]{1,40}$/);

Deno.test("textSimilarity() is one less the normalised edit distance", () => {
  assert.equal(earned("EXIT", "EXIT"), 1);
  assert.equal(earned("EXT", "EXIT"), 0.75);
  assert.equal(earned("EXITS", "EXIT"), 0.8);
  assert.equal(earned("exit", "EXIT"), 0, "case counts");
  assert.equal(earned("way\n  out", " way out"), 1);
  assert.equal(earned('"EXIT"', "EXIT"), 1);
  assert.equal(earned('"EXIT"', '"EXIT"'), 1);
  assert.equal(earned("e\u0301te\u0301", "\u00e9t\u00e9"), 1);
  assert.equal(earned("", "EXIT"), 0);
  assert.equal(earned("", ""), 1);
});

Deno.test("textSimilarity() falls with each letter that is wrong", () => {
  fc.assert(fc.property(word, fc.nat(), fc.nat(), (text, a, b) => {
    const [few, many] = [a, b].map((n) => n % (text.length + 1)).sort((a, b) => a - b);
    const wrong = (n: number) => "#".repeat(n) + text.slice(n);
    const [better, worse] = [earned(wrong(few!), text), earned(wrong(many!), text)];
    assert.ok(few === many ? better === worse : better > worse);
    assert.ok(Math.abs(better - (1 - few! / text.length)) < 1e-12);
  }));
});

Deno.test("textSimilarity() is total, symmetric on words, 1 for the text alone", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (stated, text) => {
    const value = earned(stated, text);
    assert.ok(value >= 0 && value <= 1);
  }));
  fc.assert(fc.property(word, word, (a, b) => {
    assert.equal(earned(a, a), 1);
    assert.equal(earned(a, b) === 1, a === b);
    const within = Math.max(a.length, b.length) <= 4 * Math.min(a.length, b.length);
    if (within) assert.equal(earned(a, b), earned(b, a));
  }));
  const outside = parseAnswer("<think>EXIT</think>");
  assert.equal(textSimilarity(outside, { kind: "text", text: "EXIT" }), 0);
  assert.equal(
    textSimilarity(parseAnswer("<answer>a</answer>"), {
      kind: "classification",
      label: "a",
    }),
    0,
  );
});

Deno.test("textSimilarity() does not compare an answer that is far too long", () => {
  const page = "word ".repeat(20_000);
  const began = performance.now();
  assert.equal(earned("word ".repeat(200_000), page), 0);
  assert.equal(earned("EXIT".repeat(100_000), "EXIT"), 0);
  assert.ok(performance.now() - began < 1000);
  assert.equal(earned("abcd".repeat(4), "abcd"), 0.25);
  assert.equal(earned("abcd".repeat(4) + "a", "abcd"), 0);
});
