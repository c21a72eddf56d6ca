import assert from "node:assert/strict";
import fc from "fast-check";
import { maskHas } from "../../../../data/geometry/mask/mask_has.ts";
import { encodeMask } from "../../../../data/geometry/mask/rle.ts";

Deno.test("maskHas() agrees with the bitmap, and nothing is on beyond it", () => {
  const bitmap = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([height, width]) =>
      fc.array(fc.constantFrom(0, 1), {
        minLength: height * width,
        maxLength: height * width,
      }).map((pixels) => ({ height, width, pixels }))
    );
  fc.assert(fc.property(bitmap, ({ height, width, pixels }) => {
    const mask = encodeMask({ height, width, pixels });
    for (let y = -1; y <= height; y++) {
      for (let x = -1; x <= width; x++) {
        const inside = x >= 0 && y >= 0 && x < width && y < height;
        const on = inside && pixels[y * width + x] === 1;
        assert.equal(maskHas(mask, y, x), on, `${y} ${x}`);
      }
    }
  }));
});
