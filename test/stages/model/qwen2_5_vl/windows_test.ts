import assert from "node:assert/strict";
import fc from "fast-check";
import { windowOrder } from "../../../../stages/model/qwen2_5_vl/windows.ts";
import type { Grid } from "../../../../stages/model/qwen2_vl/mrope.ts";

Deno.test("windowOrder() cuts what is left over at the right and below", () => {
  // 0 1 | 2
  // 3 4 | 5
  // ----+--
  // 6 7 | 8
  const { order, lengths } = windowOrder([[1, 3, 3]], 1, 2);
  assert.deepEqual([...order], [0, 1, 3, 4, 2, 5, 6, 7, 8]);
  assert.deepEqual(lengths, [4, 2, 2, 1]);
});

Deno.test("windowOrder() keeps the patches of a visual token together, and frames apart", () => {
  const { order, lengths } = windowOrder([[2, 2, 6]], 2, 2);
  const token = (t: number) => [4 * t, 4 * t + 1, 4 * t + 2, 4 * t + 3];
  assert.deepEqual([...order], [0, 1, 2, 3, 4, 5].flatMap(token));
  assert.deepEqual(lengths, [8, 4, 8, 4]);
});

Deno.test("windowOrder() puts the larger windows of a frame first", () => {
  // 0 1 | 2 | as columns 2 wide; two rows of windows of height 2 and 1
  const { order, lengths } = windowOrder([[1, 1, 3], [1, 4, 1]], 1, 2);
  assert.deepEqual([...order], [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(lengths, [2, 1, 2, 2]);
  const wide = windowOrder([[1, 3, 4]], 1, 3); // 3 x 3, then the last column
  assert.deepEqual([...wide.order], [0, 1, 2, 4, 5, 6, 8, 9, 10, 3, 7, 11]);
  const tall = windowOrder([[1, 4, 3]], 1, 2); // 2 x 2, 2 x 1, 2 x 2, 2 x 1
  assert.deepEqual([...tall.order], [0, 1, 3, 4, 6, 7, 9, 10, 2, 5, 8, 11]);
  assert.deepEqual(tall.lengths, [4, 4, 2, 2]);
});

Deno.test("windowOrder() is a permutation within each frame, in windows no larger than theirs", () => {
  const side = fc.integer({ min: 1, max: 9 });
  const grids = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), side, side), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(fc.property(
    grids,
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 1, max: 4 }),
    (tokens, merge, window) => {
      const patches = tokens.map(([t, h, w]) => [t, h * merge, w * merge] as Grid);
      const { order, lengths } = windowOrder(patches, merge, window);
      let start = 0;
      for (const [t, h, w] of patches) {
        for (let frame = 0; frame < t; frame++, start += h * w) {
          const own = [...order.subarray(start, start + h * w)].sort((a, b) => a - b);
          assert.deepEqual(own, own.map((_, i) => start + i));
        }
      }
      assert.equal(order.length, start);
      assert.equal(lengths.reduce((sum, x) => sum + x, 0), start);
      assert.ok(lengths.every((x) => x > 0 && x <= (window * merge) ** 2));
    },
  ));
});
