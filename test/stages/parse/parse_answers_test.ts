import assert from "node:assert/strict";
import { TestScheduler } from "rxjs/testing";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import { parseAnswers } from "../../../stages/parse/parse_answers.ts";
import { completionOf, questionOf } from "../../support/scored.ts";

Deno.test("parseAnswers() adds the answer to each completion as it comes", () => {
  const question = questionOf("a");
  const [x, y] = ["<answer>cat</answer>", "dog"]
    .map((text, i) => completionOf(question, i, text));
  const [p, q] = [x!, y!].map((c) => ({ ...c, answer: parseAnswer(c.text) }));
  new TestScheduler((actual, expected) => assert.deepEqual(actual, expected))
    .run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot("-x-y-|", { x: x!, y: y! });
      expectObservable(source.pipe(parseAnswers())).toBe("-p-q-|", { p, q });
      expectSubscriptions(source.subscriptions).toBe("^----!");
    });
});
