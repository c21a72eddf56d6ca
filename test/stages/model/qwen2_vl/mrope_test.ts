import assert from "node:assert/strict";
import { parseConfig } from "../../../../stages/model/qwen2_vl/config.ts";
import {
  type Grid,
  mropePositions,
  visionPositions,
  visualTokens,
} from "../../../../stages/model/qwen2_vl/mrope.ts";
import { caseNames, type ReferenceCase } from "../../../support/reference_case.ts";
import { readFixture } from "../../../support/fixtures.ts";

const config = parseConfig(
  readFixture("qwen2_vl/tiny-untied/config.json"),
  "config.json",
);
const image = config.tokens.image;
const merged = { ...config, vision: { ...config.vision, spatialMergeSize: 2 } };

Deno.test("mropePositions() equals the reference in every case", () => {
  const names = caseNames();
  assert.ok(names.length > 0);
  for (const name of names) {
    const { rows, input_ids, attention_mask, position_ids, rope_deltas } = readFixture<
      ReferenceCase
    >(`qwen2_vl/expected/${name}.json`);
    rows.forEach(({ image_grid_thw }, row) => {
      const real = <T>(values: readonly T[]) =>
        values.filter((_, i) => attention_mask[row]![i] === 1);
      const { positions, delta } = mropePositions(
        real(input_ids[row]!),
        image_grid_thw ?? [],
        config,
      );
      const expected = position_ids.flatMap((axis) => real(axis[row]!));
      assert.deepEqual([...positions], expected, `${name}, row ${row}`);
      assert.equal(delta, rope_deltas.flat()[row], `${name}, row ${row}`);
    });
  }
});

Deno.test("mropePositions() lays an image out as a grid and goes on behind its longest side", () => {
  // Text, a merged grid of 2 rows and 3 columns, text.
  const ids = [1, ...Array(6).fill(image), 2];
  const { positions, delta } = mropePositions(ids, [[1, 4, 6]], merged);
  assert.deepEqual([...positions.subarray(0, 8)], [0, 1, 1, 1, 1, 1, 1, 4]);
  assert.deepEqual([...positions.subarray(8, 16)], [0, 1, 1, 1, 2, 2, 2, 4]);
  assert.deepEqual([...positions.subarray(16)], [0, 1, 2, 3, 1, 2, 3, 4]);
  assert.equal(delta, 5 - 8);
});

Deno.test("mropePositions() counts frames for a video-like grid", () => {
  const { positions } = mropePositions([image, image, image], [[3, 2, 2]], merged);
  assert.deepEqual([...positions], [0, 1, 2, 0, 0, 0, 0, 0, 0]);
});

Deno.test("mropePositions() names what does not fit", () => {
  assert.throws(
    () => mropePositions([image], [], merged),
    /Token 0 begins image 1.*0 grids/,
  );
  assert.throws(
    () => mropePositions([image, 1], [[1, 4, 2]], merged),
    /Image 1 has 2 visual tokens, but the row has 1/,
  );
  assert.throws(() => mropePositions([1], [[1, 2, 2]], merged), /0 of 1 images/);
});

Deno.test("visionPositions() walks merge squares", () => {
  const grid: Grid = [1, 2, 4];
  assert.deepEqual([...visionPositions(grid, 2)], [
    ...[0, 0, 1, 1, 0, 0, 1, 1],
    ...[0, 1, 0, 1, 2, 3, 2, 3],
  ]);
  assert.deepEqual([...visionPositions([2, 1, 2], 1)], [0, 0, 0, 0, 0, 1, 0, 1]);
  assert.equal(visualTokens([1, 4, 6], 2), 6);
});
