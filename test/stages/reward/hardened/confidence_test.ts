import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAnswer } from "../../../../stages/parse/parse_answer.ts";
import { confidence } from "../../../../stages/reward/hardened/confidence.ts";
import { iou } from "../../../../stages/reward/hardened/iou.ts";
import { confidence as paperConfidence } from "../../../../stages/reward/paper/confidence.ts";
import {
  detection,
  detectionTarget,
  stating,
  trueBoxes,
} from "../../../support/detections.ts";

const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const far = { x1: 500, y1: 500, x2: 600, y2: 600 };
const target = detectionTarget([box]);

Deno.test("hardened confidence pays for a found box from 2/3 to 1, for a miss from 2/3 down", () => {
  const found = (c: number) => confidence(stating([{ box, confidence: c }]), target);
  const missed = (c: number) =>
    confidence(stating([{ box: far, confidence: c }]), target);
  assert.equal(found(1), 1);
  assert.equal(found(0.5), (2 + 0.75) / 3);
  assert.equal(found(0), 2 / 3);
  assert.equal(missed(0), 2 / 3);
  assert.equal(missed(0.5), (2 - 0.25) / 3);
  assert.equal(missed(1), 1 / 3);
});

Deno.test("hardened confidence clamps, and takes no confidence for none", () => {
  const of = (c?: number) => confidence(stating([{ box: far, confidence: c }]), target);
  assert.equal(of(-5), of(0));
  assert.equal(of(1.8), of(1));
  assert.equal(of(undefined), of(0));
});

Deno.test("hardened confidence halves with each box beyond the true ones", () => {
  const one = { box, confidence: 1 };
  // (N + 1 + Σs) / (3 · 2^(N − 1)): (2 + 1 + 1) / 6, then (3 + 1 + 1) / 12.
  assert.equal(confidence(stating([one, { box: far }]), target), 4 / 6);
  assert.equal(confidence(stating([one, { box: far }, { box: far }]), target), 5 / 12);
  const copies = new Array(1000).fill(one);
  assert.ok(confidence(stating(copies), target) < 1e-100);
});

Deno.test("hardened confidence wants 'No Objects' where there are none, and only there", () => {
  assert.equal(confidence(stating([]), detectionTarget([])), 1);
  assert.equal(confidence(stating([{ box, confidence: 0 }]), detectionTarget([])), 0);
  assert.equal(confidence(parseAnswer("<answer>[]</answer>"), detectionTarget([])), 1);
  assert.equal(confidence(stating([]), target), 0);
});

/**
 * Expected reward of n stated boxes of which each finds a true box of its own with probability
 * p, at the stated confidences: the sum over all 2^n outcomes.
 */
function expectation(
  reward: typeof confidence,
  confidences: readonly number[],
  hitRate: number,
  numTargets: number,
): number {
  const at = (i: number, y = 0) => ({ x1: 20 * i, y1: y, x2: 20 * i + 10, y2: y + 10 });
  const target = detectionTarget(Array.from({ length: numTargets }, (_, i) => at(i)));
  let sum = 0;
  for (let outcome = 0; outcome < 2 ** confidences.length; outcome++) {
    const hits = confidences.map((_, i) => (outcome >> i & 1) === 1);
    const probability = hits.reduce((p, hit) => p * (hit ? hitRate : 1 - hitRate), 1);
    const stated = confidences.map((confidence, i) => ({
      box: at(i, hits[i] && i < numTargets ? 0 : 500),
      confidence,
    }));
    sum += probability * reward(stating(stated), target);
  }
  return sum;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const number = fc.integer({ min: 1, max: 3 });

Deno.test("hardened confidence is expected highest where stated confidence is the hit rate", () => {
  fc.assert(
    fc.property(number, number, share, fc.array(share, { minLength: 3, maxLength: 3 }), (
      n,
      extra,
      hitRate,
      confidences,
    ) => {
      const targets = n + extra - 1;
      const stated = confidences.slice(0, n);
      const honest = expectation(confidence, stated.map(() => hitRate), hitRate, targets);
      const other = expectation(confidence, stated, hitRate, targets);
      assert.ok(other <= honest + 1e-12, `${other} > ${honest}`);
      // The loss is the mean squared distance from the hit rate: strictly proper.
      const loss = stated.reduce((sum, c) => sum + (c - hitRate) ** 2, 0) /
        (2 * targets + 1);
      assert.ok(Math.abs(honest - other - loss) < 1e-12);
    }),
  );
});

/** How likely each outcome is: outcome k has the boxes found whose bits are set in k. */
const outcomes = (n: number) =>
  fc.array(fc.integer({ min: 0, max: 100 }), {
    minLength: 2 ** n,
    maxLength: 2 ** n,
  }).filter((weights) => weights.some((weight) => weight > 0))
    .map((weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.map((weight) => weight / total);
    });

Deno.test("hardened confidence is proper for boxes with hit rates of their own, dependent or not", () => {
  // Up to four boxes; a box beyond the true ones is never found. Boxes may be found together or
  // instead of one another: only how often each is found counts.
  const cases = fc.tuple(number, fc.nat(1), fc.integer({ min: 1, max: 4 }))
    .chain(([able, surplus, targets]) => {
      const n = Math.min(able, targets);
      const stated = fc.array(share, { minLength: n + surplus, maxLength: n + surplus });
      return fc.record({
        n: fc.constant(n),
        targets: fc.constant(targets),
        stated,
        probabilities: outcomes(n),
      });
    });
  fc.assert(
    fc.property(cases, ({ n, targets, stated, probabilities }) => {
      const at = (i: number, y: number) => ({
        x1: 20 * i,
        y1: y,
        x2: 20 * i + 10,
        y2: y + 10,
      });
      const target = detectionTarget(Array.from({ length: targets }, (_, i) => at(i, 0)));
      const expected = (confidences: readonly number[]) =>
        probabilities.reduce((sum, p, outcome) => {
          const boxes = confidences.map((confidence, i) => ({
            box: at(i, i < n && (outcome >> i & 1) === 1 ? 0 : 500),
            confidence,
          }));
          return sum + p * confidence(stating(boxes), target);
        }, 0);
      const rates = stated.map((_, i) =>
        probabilities.reduce((sum, p, outcome) => sum + (outcome >> i & 1) * p, 0)
      );
      const honest = expected(rates), other = expected(stated);
      const N = Math.max(stated.length, targets);
      const loss = stated.reduce((sum, c, i) => sum + (c - rates[i]!) ** 2, 0) /
        ((2 * targets + 1) * 2 ** (N - targets));
      assert.ok(Math.abs(honest - other - loss) < 1e-9, `${honest} - ${other}, ${loss}`);
    }),
    { numRuns: 300 },
  );
});

Deno.test("hardened confidence is proper for the boxes beyond the true ones too", () => {
  fc.assert(fc.property(share, share, share, (hitRate, c, d) => {
    // Two boxes stated for one true box: the first finds it with the hit rate, the second never.
    const at = (first: number, second: number) => {
      const of = (hit: boolean) =>
        confidence(
          stating([
            { box: hit ? box : far, confidence: first },
            { box: far, confidence: second },
          ]),
          target,
        );
      return hitRate * of(true) + (1 - hitRate) * of(false);
    };
    assert.ok(at(c, d) <= at(hitRate, 0) + 1e-12);
  }));
});

Deno.test("paper confidence is expected highest at an extreme, which is why", () => {
  // A box that is right seven times out of ten.
  const at = (c: number) => expectation(paperConfidence, [c], 0.7, 1);
  assert.ok(at(1) > at(0.7));
  const hardened = (c: number) => expectation(confidence, [c], 0.7, 1);
  assert.ok(hardened(1) < hardened(0.7));
});

Deno.test("hardened rewards never rise with a box that finds nothing", () => {
  const some = fc.array(detection, { minLength: 1 });
  fc.assert(fc.property(some, trueBoxes, share, (detections, boxes, doubt) => {
    const target = detectionTarget(boxes);
    const more = stating([...detections, { box: far, confidence: doubt }]);
    const before = stating(detections);
    assert.ok(confidence(more, target) <= confidence(before, target) + 1e-12);
    assert.ok(iou(more, target) <= iou(before, target));
  }));
});

Deno.test("hardened confidence is 1 for the sure truth only", () => {
  fc.assert(fc.property(fc.array(detection), trueBoxes, (detections, boxes) => {
    const target = detectionTarget(boxes);
    const answer = stating(detections);
    if (confidence(answer, target) < 1) return;
    if (boxes.length === 0) assert.ok(answer.noObjects);
    else {
      assert.equal(detections.length, boxes.length);
      assert.ok(detections.every(({ confidence }) => confidence! > 1 - 1e-7));
    }
  }));
});
