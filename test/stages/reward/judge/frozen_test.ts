import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { frozen, frozenAnswer } from "../../../../stages/reward/judge/frozen.ts";

function everyObject(value: unknown, holds: (object: object) => boolean): boolean {
  if (typeof value !== "object" || value === null) return true;
  return holds(value) &&
    Object.values(value).every((part) => everyObject(part, holds));
}

Deno.test("frozen() freezes a value to its depths, and gives it back", () => {
  fc.assert(fc.property(fc.object({ maxDepth: 4 }), (value) => {
    assert.equal(frozen(value), value);
    assert.ok(everyObject(value, Object.isFrozen));
  }));
});

Deno.test("frozen() comes to an end in a circle, and leaves typed arrays as they are", () => {
  const circle: { self?: unknown; bytes: Uint8Array } = { bytes: new Uint8Array(2) };
  circle.self = circle;
  assert.equal(frozen(circle), circle);
  assert.ok(Object.isFrozen(circle));
  assert.ok(!Object.isFrozen(circle.bytes));
  assert.equal(frozen("text"), "text");
  assert.equal(frozen(null), null);
});

Deno.test("frozen() freezes the depths of what was frozen on its surface", () => {
  const value = Object.freeze({ deep: { er: 1 } });
  assert.ok(Object.isFrozen(frozen(value).deep));
});

Deno.test("frozenAnswer() freezes all that the parser can find", () => {
  const texts = [
    "",
    "<think>x</think><answer>cat</answer>",
    "<answer>No Objects</answer>",
    "<answer>[{'Position': [0, 0, 9, 9], 'Confidence': 0.5}, {'Position': [1, 1, 2, 2]}]</answer>",
    "<think>x</think><answer>(1,2),(3,4)</answer>",
  ];
  for (const text of texts) {
    const answer = parseAnswer(text);
    assert.equal(frozenAnswer(answer), answer);
    assert.ok(everyObject(answer, Object.isFrozen), text);
    assert.equal(frozenAnswer(answer), answer);
  }
});
