import assert from "node:assert/strict";
import { parseRle } from "../../../../data/geometry/mask/rle_string.ts";
import { groundingIou } from "../../../../stages/evaluate/coco/grounding_iou.ts";
import { readFixture, REFERENCE, referenceTest } from "../../../support/fixtures.ts";

interface Expected {
  readonly pairs: readonly {
    readonly size: readonly [number, number];
    readonly prediction: string;
    readonly ground_truth: string;
    readonly iou: number;
  }[];
  readonly gIoU: number;
  readonly cIoU: number;
}

const TABLE = "coco/giou_ciou.json";

referenceTest("groundingIou() equals the LISA evaluation", [TABLE], () => {
  const { pairs, gIoU, cIoU } = readFixture<Expected>(TABLE, REFERENCE);
  assert.ok(pairs.length > 0);
  const got = groundingIou(pairs.map(({ size, prediction, ground_truth }) => ({
    predicted: parseRle(size, prediction),
    truth: parseRle(size, ground_truth),
  })));
  const close = (a: number, b: number) =>
    assert.ok(Math.abs(a - b) < 1e-12, `${a}, not ${b}`);
  close(got.gIoU, gIoU);
  close(got.cIoU, cIoU);
  pairs.forEach(({ iou }, i) => close(got.ious[i]!, iou));
});

Deno.test("groundingIou() gives 0 for two empty masks and NaN for no pairs", () => {
  const empty = { size: [3, 3], counts: [9] } as const;
  const { gIoU, cIoU } = groundingIou([{ predicted: empty, truth: empty }]);
  assert.deepEqual([gIoU, cIoU], [0, 0]);
  assert.deepEqual(groundingIou([]), { gIoU: NaN, cIoU: NaN, ious: [] });
});

Deno.test("groundingIou() weighs pairs alike in gIoU and pixels alike in cIoU", () => {
  const all = { size: [10, 10], counts: [0, 100] } as const;
  const one = { size: [10, 10], counts: [0, 1, 99] } as const;
  const two = { size: [10, 10], counts: [0, 2, 98] } as const;
  const got = groundingIou([
    { predicted: all, truth: all },
    { predicted: two, truth: one },
  ]);
  assert.ok(Math.abs(got.gIoU - 0.75) < 1e-6, `${got.gIoU}`);
  assert.ok(Math.abs(got.cIoU - 101 / 102) < 1e-6, `${got.cIoU}`);
});
