import assert from "node:assert/strict";
import fc from "fast-check";
import type { Target } from "../../../../data/questions/question.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import type { Reward } from "../../../../stages/records.ts";
import {
  type Failure,
  judgeAnswer,
  LARGEST,
} from "../../../../stages/reward/judge/judge_answer.ts";

const answer = () =>
  parseAnswer("<answer>[{'Position': [0, 0, 9, 9], 'Confidence': 0.5}]</answer>");
const target = (): Target => ({
  kind: "detection",
  category: "cat",
  boxes: [{ x1: 0, y1: 0, x2: 9, y2: 9 }],
});

function judged(reward: (...args: Parameters<Reward>) => unknown): number | Failure {
  return judgeAnswer("mine", reward as Reward, answer(), target());
}

function why(reward: () => unknown): string {
  const failure = judged(reward);
  assert.ok(typeof failure === "object");
  assert.equal(failure.failed, "mine");
  return failure.why;
}

Deno.test("judgeAnswer() gives a number as it is, and 0 for −0", () => {
  assert.equal(judged(() => 0.1), 0.1);
  assert.equal(judged(() => LARGEST), LARGEST);
  assert.ok(Object.is(judged(() => -0), 0));
});

Deno.test("judgeAnswer() says of what is no number what it is", () => {
  const cases: [unknown, RegExp][] = [
    [NaN, /^is not a finite number: it is NaN$/],
    [-Infinity, /: it is -Infinity$/],
    [undefined, /: it is undefined$/],
    [null, /: it is null$/],
    [1n, /: it is a bigint, 1$/],
    [true, /: it is a boolean, true$/],
    ["1", /: it is a string, "1"$/],
    [Symbol("s"), /: it is a symbol, Symbol\(s\)$/],
    [{ valueOf: () => 1 }, /: it is an object, \[object Object\]$/],
    [new Number(1), /: it is an object, 1$/],
    [Object.create(null), /: it is an object, something that cannot be shown$/],
    ["x".repeat(1000), /: it is a string, "x{199}…$/],
    [1e101, /^is 1e\+101: keep it between -1e\+100 and 1e\+100$/],
  ];
  for (const [value, message] of cases) assert.match(why(() => value), message);
});

Deno.test("judgeAnswer() tells what was thrown, whatever that is", () => {
  const hostile = {
    toString(): string {
      throw new Error("no");
    },
  };
  const cases: [unknown, string][] = [
    [new RangeError("no such label\nbut others"), "threw: RangeError: no such label"],
    [null, "threw: null"],
    [undefined, "threw: undefined"],
    [hostile, "threw: something that cannot be shown"],
    [
      new Proxy({}, {
        get() {
          throw new Error("no");
        },
      }),
      "threw: something that cannot be shown",
    ],
  ];
  for (const [thrown, message] of cases) {
    const failure = judged(() => {
      throw thrown;
    });
    assert.ok(typeof failure === "object");
    assert.equal(failure.why, message);
    assert.equal(failure.cause, thrown);
  }
});

Deno.test("judgeAnswer() refuses a promise, and handles its rejection", async () => {
  assert.match(why(() => Promise.resolve(1)), /^returns a Promise; .*synchronous/);
  // Unhandled, this would end the tests.
  assert.match(why(() => Promise.reject(new Error("later"))), /^returns a Promise/);
  const angry = {
    then() {
      throw new Error("no");
    },
  };
  assert.match(why(() => angry), /^is not a finite number: it is an object/);
  await new Promise((resolve) => setTimeout(resolve));
});

Deno.test("judgeAnswer() hands out what nobody can change", () => {
  const changes: ((...args: Parameters<Reward>) => void)[] = [
    (answer) => Object.assign(answer, { text: "hacked" }),
    (answer) => Object.assign(answer.detections[0]!.box, { x1: 5 }),
    (answer) => void (answer.detections as unknown[]).push(1),
    (_, target) => Object.assign(target, { kind: "grounding" }),
    (_, target) => void (target as unknown as { boxes: unknown[] }).boxes.pop(),
  ];
  for (const change of changes) {
    const failure = judged((answer, target) => (change(answer, target), 1));
    assert.ok(typeof failure === "object");
    assert.match(failure.why, /^threw: TypeError: /);
  }
});

Deno.test("judgeAnswer() is total: a number in range, or words", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
      const judgement = judged(() => value);
      if (typeof judgement === "number") assert.ok(Math.abs(judgement) <= LARGEST);
      else assert.ok(judgement.why.length > 0 && !judgement.why.includes("\n"));
    }),
  );
});
