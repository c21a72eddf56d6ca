import assert from "node:assert/strict";
import fc from "fast-check";
import type { Target } from "../../../../data/questions/question.ts";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { numberAccuracy } from "../../../../stages/reward/kinds/number_accuracy.ts";

const earned = (content: string, target: Target) =>
  numberAccuracy(parseAnswer(`<answer>${content}</answer>`), target);

Deno.test("numberAccuracy() is 1 up to the tolerance and 0 beyond it", () => {
  const three: Target = { kind: "number", value: 3 };
  assert.deepEqual(
    ["3", "3.0", "three", "3.01", "4", "2 3"].map((c) => earned(c, three)),
    [
      ...[1, 1, 1, 0, 0, 0],
    ],
  );
  const near: Target = { kind: "number", value: 0.4, tolerance: 0.1 };
  assert.deepEqual(["0.3", "0.5", "0.29", "0.51"].map((c) => earned(c, near)), [
    1,
    1,
    0,
    0,
  ]);
});

Deno.test("numberAccuracy() pays the right number, and never two", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const tolerance = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), {
    nil: undefined,
  });
  fc.assert(fc.property(finite, finite, tolerance, (value, other, tolerance = 0) => {
    const target: Target = { kind: "number", value, tolerance };
    assert.equal(earned(String(value), target), 1);
    assert.equal(earned(`${value}, ${other}`, target), 0);
    const off = Math.abs(value - other);
    if (off > tolerance * (1 + 1e-9) + Math.abs(value) * 1e-9) {
      assert.equal(earned(String(other), target), 0);
    }
  }));
  assert.equal(numberAccuracy(parseAnswer(""), { kind: "number", value: 0 }), 0);
  assert.equal(earned("0", { kind: "classification", label: "0" }), 0);
});
