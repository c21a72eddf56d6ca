import assert from "node:assert/strict";
import { parseConfig } from "../../../../stages/model/qwen2_vl/config.ts";
import {
  type Grid,
  mropePositions,
  visionPositions,
  visualTokens,
} from "../../../../stages/model/qwen2_vl/mrope.ts";
import type { ReferenceCase } from "../../../support/reference_case.ts";
import { readFixture, REFERENCE, referenceTest } from "../../../support/fixtures.ts";
import {
  configOf,
  modelCases,
  realTokens,
  referenceFamilies,
} from "../../../support/model_case.ts";

const config = parseConfig(
  readFixture("qwen2_vl/tiny-untied/config.json"),
  "config.json",
);
const image = config.tokens.image;
const merged = { ...config, vision: { ...config.vision, spatialMergeSize: 2 } };

for (const family of referenceFamilies()) {
  const model = `${family}/tiny-untied`;
  for (const example of modelCases(family, REFERENCE)) {
    const name = `mropePositions() equals the reference in ${family}'s ${example.name}`;
    referenceTest(name, [`${model}/config.json`], () => {
      const config = configOf(model, REFERENCE);
      const { position_ids, rope_deltas } = readFixture<ReferenceCase>(
        `${family}/expected/${example.name}.json`,
        REFERENCE,
      );
      const grids = [...example.image_grid_thw];
      example.rows.forEach(({ image_names }, row) => {
        const real = realTokens(example.attention_mask[row]!);
        const ids = real.map((i) => example.input_ids[row]![i]!);
        const own = grids.splice(0, image_names.length);
        const { positions, delta } = mropePositions(ids, own, config);
        const wanted = position_ids.flatMap((axis) => real.map((i) => axis[row]![i]!));
        assert.deepEqual([...positions], wanted, `row ${row}`);
        assert.equal(delta, rope_deltas.flat()[row], `row ${row}`);
      });
    });
  }
}

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
