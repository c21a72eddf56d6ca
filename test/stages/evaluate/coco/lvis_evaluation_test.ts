import assert from "node:assert/strict";
import { lvisEvaluation } from "../../../../stages/evaluate/coco/lvis_evaluation.ts";
import type {
  CocoAnnotations,
  CocoDetection,
} from "../../../../stages/evaluate/coco/records.ts";
import { almostEqual, lvisCases } from "../../../support/coco_cases.ts";

for (const { name, expected, truth, detections } of lvisCases()) {
  Deno.test(`lvisEvaluation() equals the lvis package on ${name}`, () => {
    const figures = lvisEvaluation(truth, detections);
    assert.deepEqual(Object.keys(figures.summary), Object.keys(expected.results));
    almostEqual(figures.summary, expected.results, name);
    assert.equal(figures.categories.length, expected.per_category.length);
    expected.per_category.forEach((wanted, i) =>
      almostEqual(figures.categories[i]!, wanted, `${name}, ${wanted.category_id}`)
    );
    assert.equal(figures.kept, expected.detections_kept_after_the_federated_filter);
  });
}

const cat = { image_id: 1, category_id: 1, bbox: [0, 0, 50, 50] as const };
const elsewhere = [60, 60, 30, 30] as const;
const image = {
  id: 1,
  width: 100,
  height: 100,
  neg_category_ids: [2],
  not_exhaustive_category_ids: [] as readonly number[],
};
const truth: CocoAnnotations = {
  images: [image],
  categories: [
    { id: 1, name: "cat", frequency: "f" },
    { id: 2, name: "dog", frequency: "r" },
    { id: 3, name: "emu", frequency: "c" },
  ],
  annotations: [{ ...cat, id: 1, area: 2500 }],
};
const hit: CocoDetection = { ...cat, score: 0.5 };
const miss: CocoDetection = { ...cat, bbox: elsewhere, score: 0.9 };

Deno.test("lvisEvaluation() counts categories that are known to be absent, and no unknown ones", () => {
  const dog = { ...hit, category_id: 2 }, emu = { ...hit, category_id: 3 };
  assert.equal(lvisEvaluation(truth, [hit, dog, emu]).kept, 2);
});

Deno.test("lvisEvaluation() excuses a miss where not all objects are marked", () => {
  const partial = {
    ...truth,
    images: [{ ...image, not_exhaustive_category_ids: [1] }],
  };
  assert.equal(lvisEvaluation(truth, [hit, miss]).summary.AP, 0.5);
  assert.equal(lvisEvaluation(partial, [hit, miss]).summary.AP, 1);
});

Deno.test("lvisEvaluation() tells rare, common and frequent categories apart", () => {
  const { AP, APr, APc, APf } = lvisEvaluation(truth, [hit]).summary;
  assert.deepEqual([AP, APr, APc, APf], [1, -1, -1, 1]);
});

Deno.test("lvisEvaluation() takes the 300 surest detections of an image, over all categories", () => {
  const dogs = Array.from({ length: 300 }, () => ({ ...miss, category_id: 2 }));
  const figures = lvisEvaluation(truth, [hit, ...dogs]);
  assert.equal(figures.kept, 300);
  assert.equal(figures.summary.AP, 0);
  assert.equal(lvisEvaluation(truth, [hit, ...dogs.slice(1)]).summary.AP, 1);
});

Deno.test("lvisEvaluation() asks for LVIS's fields by name", () => {
  const { neg_category_ids: _, ...bare } = image;
  assert.throws(
    () => lvisEvaluation({ ...truth, images: [bare] }, []),
    { name: "TypeError", message: /image 1 .*neg_category_ids/ },
  );
  const categories = [{ id: 4, name: "owl" }];
  assert.throws(
    () => lvisEvaluation({ ...truth, categories }, []),
    { name: "TypeError", message: /category 4 .*frequency/ },
  );
});
