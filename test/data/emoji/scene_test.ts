import assert from "node:assert/strict";
import fc from "fast-check";
import { area, intersection, type PixelBox } from "../../../data/geometry/box.ts";
import { ARTISTS, KNOWN_ARTISTS } from "../../../data/emoji/artists.ts";
import { CATEGORIES } from "../../../data/emoji/categories.ts";
import { type Scene, scene, SCENE_SIDE } from "../../../data/emoji/scene.ts";
import { loadSprites } from "../../../data/emoji/sprites.ts";
import { decodeMask, maskBounds } from "../../../data/geometry/mask/rle.ts";
import { silhouettes } from "../../support/silhouettes.ts";

const sprites = await loadSprites();
const all = { artists: ARTISTS, categories: CATEGORIES.map(({ name }) => name) };
const place = fc.record({ seed: fc.maxSafeInteger(), index: fc.nat(1_000_000) });

/** Bounds of the pixels in which two pictures differ by more than `least` levels. */
function difference(a: Scene, b: Scene, least: number): PixelBox {
  const box = { x1: SCENE_SIDE, y1: SCENE_SIDE, x2: 0, y2: 0 };
  for (let y = 0; y < SCENE_SIDE; y++) {
    for (let x = 0; x < SCENE_SIDE; x++) {
      const at = (y * SCENE_SIDE + x) * 3;
      if (Math.abs(a.image.data[at]! - b.image.data[at]!) <= least) continue;
      box.x1 = Math.min(box.x1, x);
      box.y1 = Math.min(box.y1, y);
      box.x2 = Math.max(box.x2, x + 1);
      box.y2 = Math.max(box.y2, y + 1);
    }
  }
  return box;
}

Deno.test("scene() asked twice gives the same picture and objects", () => {
  fc.assert(
    fc.property(place, ({ seed, index }) => {
      const { image, objects } = scene(sprites, seed, index, all);
      scene(sprites, seed, index + 1, all);
      const again = scene(sprites, seed, index, all);
      assert.deepEqual(again.image, image);
      assert.deepEqual(again.objects, objects);
    }),
    { numRuns: 30 },
  );
});

Deno.test("a lone object's box is the bounds of its alpha above 60, to the pixel", () => {
  const white = silhouettes(sprites, 255), black = silhouettes(sprites, 0);
  fc.assert(
    fc.property(place, ({ seed, index }) => {
      const options = { ...all, count: 1 };
      const a = scene(white, seed, index, options);
      const b = scene(black, seed, index, options);
      assert.deepEqual(a.objects, b.objects);
      // White adds alpha, a whole number of levels, to what black leaves of the ground.
      const bounds = difference(a, b, 60);
      const { box } = a.objects[0]!;
      for (const side of ["x1", "y1", "x2", "y2"] as const) {
        assert.equal(bounds[side], box[side], side);
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("alpha 62 counts as the object, as alpha 255 does", () => {
  const square = (alpha: number) => {
    const data = new Uint8Array(64 * 64 * 4).fill(alpha);
    return { get: () => ({ width: 64, height: 64, data }) };
  };
  for (let index = 0; index < 50; index++) {
    const [faint, solid] = [62, 255].map((alpha) =>
      scene(square(alpha), 14, index, { ...all, count: 1 }).objects[0]!.box
    );
    // Faint edges are cut where less than all of a pixel is covered; a turned corner is thin.
    assert.ok(Math.abs(faint!.x2 - faint!.x1 - solid!.x2 + solid!.x1) <= 6);
    assert.ok(Math.abs(faint!.y2 - faint!.y1 - solid!.y2 + solid!.y1) <= 6);
  }
});

Deno.test("no object shows outside of its box, alone or among others", () => {
  fc.assert(
    fc.property(place, fc.constantFrom(...all.categories), ({ seed, index }, name) => {
      const options = { ...all, count: 3, including: [name, "key", "cat"] };
      const a = scene(silhouettes(sprites, 255, name), seed, index, options);
      const b = scene(silhouettes(sprites, 0, name), seed, index, options);
      const boxes = a.objects.filter(({ category }) => category === name)
        .map(({ box }) => box);
      if (boxes.length !== 1) return; // a key or a cat twice
      const shown = difference(a, b, 0);
      const box = boxes[0]!;
      assert.ok(shown.x1 >= box.x1 && shown.y1 >= box.y1, JSON.stringify({ shown, box }));
      assert.ok(shown.x2 <= box.x2 && shown.y2 <= box.y2, JSON.stringify({ shown, box }));
    }),
    { numRuns: 60 },
  );
});

Deno.test("boxes lie in the picture and overlap by 12 % of the smaller at most", () => {
  for (let index = 0; index < 1000; index++) {
    const { objects } = scene(sprites, 11, index, all);
    assert.ok(objects.length >= 1);
    objects.forEach(({ box }, i) => {
      assert.ok(box.x1 >= 0 && box.y1 >= 0 && box.x2 <= 96 && box.y2 <= 96);
      assert.ok(box.x1 < box.x2 && box.y1 < box.y2);
      for (const other of objects.slice(i + 1)) {
        const shared = intersection(box, other.box);
        assert.ok(
          shared <= 0.12 * Math.min(area(box), area(other.box)),
          `scene ${index}`,
        );
      }
    });
  }
});

Deno.test("one, two and three objects come as .35, .40, .25, twins in a quarter", () => {
  const counts = [0, 0, 0, 0];
  let twins = 0;
  for (let index = 0; index < 2000; index++) {
    const { objects } = scene(sprites, 12, index, all);
    counts[objects.length]!++;
    if (new Set(objects.map((o) => o.category)).size < objects.length) twins++;
  }
  // Three standard deviations of a share of 2,000 are .033; chance adds 1/80 to the twins.
  for (const [count, share] of [[1, 0.35], [2, 0.4], [3, 0.25]] as const) {
    assert.ok(Math.abs(counts[count]! / 2000 - share) < 0.04, `${counts}`);
  }
  const share = twins / (counts[2]! + counts[3]!);
  assert.ok(Math.abs(share - 0.27) < 0.045, `${share}`);
});

Deno.test("a scene shows what it is told to show, and draws the rest from its lists", () => {
  for (let index = 0; index < 100; index++) {
    const { objects } = scene(sprites, 13, index, {
      artists: KNOWN_ARTISTS,
      categories: ["cat", "dog"],
      count: 3,
      including: ["lion", "bus"],
    });
    const names = objects.map(({ category }) => category);
    assert.deepEqual(names.slice(0, 2), ["lion", "bus"]);
    assert.ok(names.slice(2).every((name) => ["cat", "dog"].includes(name)));
    assert.ok(objects.every(({ artist }) => artist !== "openmoji"));
  }
});

Deno.test("a scene without artists or categories is refused", () => {
  assert.throws(() => scene(sprites, 1, 0, { ...all, artists: [] }), RangeError);
  assert.throws(() => scene(sprites, 1, 0, { ...all, categories: [] }), RangeError);
});

Deno.test("mask() has what can be seen of an object: no pixel belongs to two", () => {
  fc.assert(
    fc.property(place, ({ seed, index }) => {
      const { objects, mask } = scene(sprites, seed, index, all);
      const owners = new Uint8Array(SCENE_SIDE * SCENE_SIDE);
      objects.forEach(({ box }, i) => {
        const rle = mask(i);
        const [x, y, width, height] = maskBounds(rle);
        const bounds = { x1: x, y1: y, x2: x + width, y2: y + height };
        if (i === objects.length - 1) assert.deepEqual(bounds, box);
        assert.ok(bounds.x1 >= box.x1 && bounds.y1 >= box.y1);
        assert.ok(bounds.x2 <= box.x2 && bounds.y2 <= box.y2);
        decodeMask(rle).pixels.forEach((on, pixel) => owners[pixel]! += on);
      });
      assert.ok(owners.every((count) => count <= 1));
    }),
    { numRuns: 30 },
  );
});
