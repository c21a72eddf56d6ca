import assert from "node:assert/strict";
import { COCO_CATEGORIES } from "../../../data/questions/category_sets.ts";
import { mistypedNames } from "../../../pipeline/check_data/mistyped_names.ts";

const meant = (counts: Record<string, number>) =>
  Object.fromEntries(
    mistypedNames(new Map(Object.entries(counts))).map((
      { name, meant },
    ) => [name, meant]),
  );

Deno.test("rare names near common ones are mistyped, others are not", () => {
  assert.deepEqual(meant({ cat: 9, cta: 1, dog: 9, dgo: 2 }), { cta: "cat", dgo: "dog" });
  assert.deepEqual(meant({ cat: 5, car: 4, cow: 5 }), {}); // as common: names of their own
  assert.deepEqual(meant({ "garden phlox": 6, "gardn phlux": 2 }), {
    "gardn phlux": "garden phlox",
  });
  assert.deepEqual(meant({ "737-200": 9, "737-300": 1 }), {});
  assert.deepEqual(meant({ ox: 9, ax: 1 }), {});
  assert.deepEqual(meant({ Fire_Truck: 2, "fire truck": 3 }), {
    Fire_Truck: "fire truck",
  });
});

Deno.test("names of a benchmark, all as common, are none of them mistyped", () => {
  assert.deepEqual(mistypedNames(new Map(COCO_CATEGORIES.map((name) => [name, 4]))), []);
});
