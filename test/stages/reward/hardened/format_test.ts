import assert from "node:assert/strict";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { format } from "../../../../stages/reward/hardened/format.ts";

Deno.test("hardened format asks for one think block and one answer block", () => {
  const of = (text: string) => format(parseAnswer(text));
  assert.equal(of("<think>a</think>\n<answer>b</answer>\n"), 1);
  assert.equal(of("<think>a</think>"), 0);
  assert.equal(of("<answer>b</answer>"), 0);
  assert.equal(of("<think>a</think><answer>b</answer><answer>c</answer>"), 0);
});

Deno.test("hardened format of an empty answer", () => {
  assert.equal(format(parseAnswer("<think>a</think><answer> </answer>")), 0);
});
