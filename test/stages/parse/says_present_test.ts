import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import { saysPresent } from "../../../stages/parse/says_present.ts";
import { completionText } from "../../support/completions.ts";

const says = (text: string) => saysPresent(parseAnswer(text));
const answers = (content: string) =>
  says(`<think>yes or no?</think><answer>${content}</answer>`);

Deno.test("saysPresent() knows yes and no, however they are dressed", () => {
  for (const yes of ["Yes", "yes.", "YES, two of them", '"Yes"', "\n **Yes**"]) {
    assert.ok(answers(yes), yes);
  }
  for (
    const no of ["No", "no.", "No Objects", "'No Objects'", "None", "No, yes-men only"]
  ) {
    assert.ok(!answers(no), no);
  }
});

Deno.test("saysPresent() takes stated boxes for a yes", () => {
  assert.ok(answers("[{'Position': [1, 2, 3, 4], 'Confidence': 0.5}]"));
  assert.ok(answers("(1,2),(3,4)"));
});

Deno.test("saysPresent() reads a text without tags, and hears no yes where none is", () => {
  assert.ok(says("Yes, there is a cat."));
  assert.ok(!says("No, there is no cat."));
  for (const vague of ["", "Yesterday", "maybe", "a cat", "nothing", "not yes"]) {
    assert.ok(!says(vague) && !answers(vague), vague);
  }
  // The thoughts are no answer.
  assert.ok(!says("<think>yes</think><answer></answer>"));
});

Deno.test("saysPresent() answers for any text", () => {
  fc.assert(fc.property(completionText, (text) => {
    assert.equal(typeof says(text), "boolean");
  }));
});
