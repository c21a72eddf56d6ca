import assert from "node:assert/strict";
import fc from "fast-check";
import { keepQuestions, KEPT_BYTES } from "../../../data/questions/keep_questions.ts";
import type { Question } from "../../../data/questions/question.ts";

function question(index: number, bytes: number): Question {
  return {
    id: `${index}`,
    images: [{ width: bytes / 3, height: 1, data: new Uint8Array(bytes) }],
    prompt: "What is the main object?",
    target: { kind: "classification", label: "cat" },
  };
}

Deno.test("a question is made once and comes back as the same object", () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 9 })), (asked) => {
    const made: number[] = [];
    const ask = keepQuestions((index) => {
      made.push(index);
      return question(index, 3);
    });
    const first = new Map<number, Question>();
    for (const index of asked) {
      const got = ask(index);
      assert.equal(got.id, `${index}`);
      assert.equal(first.get(index) ?? got, got);
      first.set(index, got);
    }
    assert.deepEqual(made, [...new Set(asked)]);
  }));
});

Deno.test("no more pixels are kept than the bound, and the others are made anew", () => {
  const half = KEPT_BYTES / 2;
  const sizes = [half, half + 1, half, 1];
  let made = 0;
  const ask = keepQuestions((index) => {
    made++;
    return question(index, sizes[index]!);
  });
  const round = () => sizes.map((_, index) => ask(index));
  const [first, second] = [round(), round()];
  assert.deepEqual(
    first.map((one, index) => one === second[index]),
    [true, false, true, false],
  );
  assert.equal(made, 6);
});

Deno.test("a question that cannot be made is an error each time", () => {
  const ask = keepQuestions(() => {
    throw new RangeError("none");
  });
  for (let time = 0; time < 2; time++) assert.throws(() => ask(0), /none/);
});
