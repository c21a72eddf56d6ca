import assert from "node:assert/strict";
import fc from "fast-check";
import { resizeBicubic } from "../../../../stages/model/qwen2_vl/bicubic.ts";
import { openSafetensors } from "../../../../stages/model/safetensors/open.ts";
import {
  fixturePath,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../../support/fixtures.ts";

const TABLE = "qwen2_vl/expected/processing.json";
const PICTURES = "qwen2_vl/expected/images_u8.safetensors";

referenceTest("resizeBicubic() equals Pillow on every picture, to the level", [
  TABLE,
  PICTURES,
], async () => {
  const { images } = readFixture<{ images: Record<string, unknown> }>(TABLE, REFERENCE);
  assert.ok(Object.keys(images).length > 0);
  const pictures = await openSafetensors(fixturePath(PICTURES, REFERENCE));
  try {
    for (const name of Object.keys(images)) {
      const [height, width] = pictures.tensors.get(`${name}__rgb`)!.shape as [
        number,
        number,
      ];
      const [h, w] = pictures.tensors.get(`${name}__resized`)!.shape as [number, number];
      const data = await pictures.readBytes(`${name}__rgb`);
      const resized = resizeBicubic({ width, height, data }, w, h);
      assert.deepEqual(resized.data, await pictures.readBytes(`${name}__resized`), name);
    }
  } finally {
    pictures.close();
  }
});

Deno.test("resizeBicubic() gives Catmull-Rom's weights when a side doubles", () => {
  // One white pixel of four: outputs 2, 3, 4 stand 1/4, 1/4, 3/4 away from it, 5 stands 5/4.
  // The filter there is 111/128, 111/128, 29/128, -9/128. Output 2 lacks the sample left of
  // the picture, whose weight is -3/128: the others then sum to 131/128.
  const data = Uint8Array.from([0, 255, 0, 0].flatMap((v) => [v, v, v]));
  const { data: out } = resizeBicubic({ width: 4, height: 1, data }, 8, 1);
  const red = Array.from(out).filter((_, i) => i % 3 === 0);
  assert.deepEqual(
    red.slice(2, 5),
    [255 * 111 / 131, 255 * 111 / 128, 255 * 29 / 128].map(Math.round),
  );
  assert.equal(red[5], 0); // clipped
});

Deno.test("resizeBicubic() keeps a plain picture plain, and a size as it is", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 255 }),
    fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 4, maxLength: 4 }),
    (level, [width, height, w, h]) => {
      const data = new Uint8Array(width! * height! * 3).fill(level);
      const resized = resizeBicubic({ width: width!, height: height!, data }, w!, h!);
      assert.equal(resized.data.length, w! * h! * 3);
      assert.ok(resized.data.every((v) => v === level));
    },
  ));
  const data = Uint8Array.from({ length: 27 }, (_, i) => i * 9);
  assert.deepEqual(resizeBicubic({ width: 3, height: 3, data }, 3, 3).data, data);
});
