import assert from "node:assert/strict";
import fc from "fast-check";
import { cocoEvaluation } from "../../../../stages/evaluate/coco/coco_evaluation.ts";
import type {
  CocoAnnotation,
  CocoAnnotations,
  CocoDetection,
} from "../../../../stages/evaluate/coco/records.ts";
import { almostEqual, cocoCases } from "../../../support/coco_cases.ts";

for (const { name, expected, truth, detections, options } of cocoCases()) {
  Deno.test(`cocoEvaluation() equals pycocotools on ${name}`, () => {
    const figures = cocoEvaluation(truth, detections, options);
    assert.deepEqual(Object.keys(figures.summary), Object.keys(expected.stats));
    almostEqual(figures.summary, expected.stats, name);
    assert.equal(figures.categories.length, expected.per_category.length);
    expected.per_category.forEach((wanted, i) => {
      const { precision_at_iou50, recall_per_iou, ...numbers } = wanted;
      const got = figures.categories[i]!;
      almostEqual(got, numbers, `${name}, ${wanted.name}`);
      // The file holds every tenth of the 101 recalls.
      const curve = got.precisionAt50.filter((_, r) => r % 10 === 0);
      almostEqual(curve, precision_at_iou50, `${name}, curve of ${wanted.name}`);
      almostEqual(got.recallPerIou, recall_per_iou, `${name}, recall of ${wanted.name}`);
    });
  });
}

const cat = { image_id: 1, category_id: 1, bbox: [0, 0, 50, 50] as const };
const sure: CocoDetection = { ...cat, score: 0.9 };
const truth: CocoAnnotations = {
  images: [{ id: 1, width: 100, height: 100 }],
  categories: [{ id: 1, name: "cat" }],
  annotations: [{ ...cat, id: 1, area: 2500, iscrowd: 0 }],
};

Deno.test("cocoEvaluation() is 1 where all is found, and -1 where nothing is to be found", () => {
  const { AP, AR1, APmedium, APlarge } = cocoEvaluation(truth, [sure]).summary;
  assert.deepEqual([AP, AR1, APmedium, APlarge], [1, 1, 1, -1]);
  assert.equal(cocoEvaluation({ ...truth, annotations: [] }, [sure]).summary.AP, -1);
});

Deno.test("cocoEvaluation() names its recalls after the limits on detections", () => {
  const miss = { ...sure, bbox: [60, 60, 20, 20] as const, score: 1 };
  const { summary } = cocoEvaluation(truth, [sure, miss], { maxDetections: [2, 1, 2] });
  assert.deepEqual(
    Object.keys(summary).filter((name) => /^AR\d/.test(name)),
    ["AR1", "AR2"],
  );
  assert.deepEqual([summary.AR1, summary.AR2, summary.AP], [0, 1, 0.5]);
});

Deno.test("cocoEvaluation() never finds an object whose id is 0, as pycocotools", () => {
  const annotations = [{ ...truth.annotations[0]!, id: 0 }];
  assert.equal(cocoEvaluation({ ...truth, annotations }, [sure]).summary.AP, 0);
});

Deno.test("cocoEvaluation() draws a box where a mask is missing", () => {
  const segmentation = [[0, 0, 50, 0, 50, 50, 0, 50]];
  const annotations = [{ ...truth.annotations[0]!, segmentation }];
  const options = { iouType: "segm" } as const;
  assert.equal(cocoEvaluation({ ...truth, annotations }, [sure], options).summary.AP, 1);
});

Deno.test("cocoEvaluation() takes a mask's bounds where a box is missing", () => {
  const counts = [0, ...Array(49).fill([50, 50]).flat(), 50, 5050];
  const { bbox: _, ...rest } = sure;
  const detection = { ...rest, segmentation: { size: [100, 100] as const, counts } };
  assert.equal(cocoEvaluation(truth, [detection]).summary.AP, 1);
});

const wrong: readonly [string, CocoAnnotations, CocoDetection, object, RegExp][] = [
  ["an image unknown", truth, { ...sure, image_id: 9 }, {}, /RangeError.*1 .*image 9/],
  ["a score of NaN", truth, { ...sure, score: NaN }, {}, /RangeError.*Detection 1 .*NaN/],
  ["no box", truth, { ...sure, bbox: undefined }, {}, /TypeError.*Detection 1 .*bbox/],
  [
    "an id given twice",
    { ...truth, annotations: [truth.annotations[0]!, truth.annotations[0]!] },
    sure,
    {},
    /RangeError.*annotation 1 twice/,
  ],
  [
    "a limit of none",
    truth,
    sure,
    { maxDetections: [0] },
    /RangeError.*maxDetections.*0/,
  ],
  ["an image asked for", truth, sure, { imageIds: [4] }, /RangeError.*image 4/],
  ["no mask", truth, sure, { iouType: "segm" }, /TypeError.*Annotation 1 .*segmentation/],
  [
    "a mask that breaks off",
    truth,
    { ...sure, segmentation: { size: [100, 100], counts: "0o" } },
    { iouType: "segm" },
    /SyntaxError.*Detection 1.*end/,
  ],
  [
    "a mask of another size",
    truth,
    { ...sure, segmentation: { size: [1, 2], counts: [2] } },
    { iouType: "segm" },
    /SyntaxError.*Detection 1 .*1 x 2.*100 x 100/,
  ],
];
for (const [what, annotated, detection, options, message] of wrong) {
  Deno.test(`cocoEvaluation() names ${what}`, () => {
    assert.throws(() => cocoEvaluation(annotated, [detection], options), message);
  });
}

/** A few boxes on three images, in two categories, with many ties. */
const drawnBox = fc.record({
  image: fc.integer({ min: 1, max: 3 }),
  category: fc.integer({ min: 1, max: 2 }),
  x: fc.integer({ min: 0, max: 3 }),
  side: fc.constantFrom(10, 20, 40, 100),
  score: fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
  crowd: fc.constantFrom(0, 0, 0, 1),
});
const drawn = fc.record({
  truths: fc.array(drawnBox, { minLength: 1, maxLength: 10 }),
  found: fc.array(drawnBox, { maxLength: 12 }),
});

type Drawn = typeof drawnBox extends fc.Arbitrary<infer T> ? T : never;

function rowsOf({ truths, found }: {
  readonly truths: readonly Drawn[];
  readonly found: readonly Drawn[];
}) {
  const annotations = truths.map(({ image, category, x, side, crowd }, i) => ({
    id: i + 1,
    image_id: image,
    category_id: category,
    bbox: [x, 0, side, side] as const,
    area: side * side,
    iscrowd: crowd as 0 | 1,
  }));
  const detections = found.map(({ image, category, x, side, score }) => ({
    image_id: image,
    category_id: category,
    bbox: [x, 1, side, side] as const,
    score,
  }));
  const annotated: CocoAnnotations = {
    images: [1, 2, 3].map((id) => ({ id, width: 200, height: 200 })),
    categories: [{ id: 1, name: "cat" }, { id: 2, name: "dog" }],
    annotations,
  };
  return { annotated, detections };
}

Deno.test("cocoEvaluation() does not change with the order of images, nor with the scale of scores", () => {
  fc.assert(fc.property(drawn, (rows) => {
    const { annotated, detections } = rowsOf(rows);
    const wanted = cocoEvaluation(annotated, detections);
    const turned = { ...annotated, images: annotated.images.toReversed() };
    assert.deepEqual(cocoEvaluation(turned, detections), wanted);
    const scaled = detections.map((row) => ({ ...row, score: row.score ** 3 * 7 - 5 }));
    assert.deepEqual(cocoEvaluation(annotated, scaled), wanted);
  }));
});

Deno.test("cocoEvaluation() stays in [0, 1] or at -1, and recall grows with the limit", () => {
  fc.assert(fc.property(drawn, (rows) => {
    const { annotated, detections } = rowsOf(rows);
    const { summary } = cocoEvaluation(annotated, detections);
    for (const [name, value] of Object.entries(summary)) {
      // A mean of equal numbers may be larger than each by a rounding.
      assert.ok(
        value === -1 || (value >= 0 && value <= 1 + 1e-12),
        `${name} is ${value}`,
      );
    }
    const { AR1, AR10, AR100 } = summary;
    assert.ok(
      AR1! <= AR10! + 1e-12 && AR10! <= AR100! + 1e-12,
      `${AR1}, ${AR10}, ${AR100}`,
    );
  }));
});

Deno.test("cocoEvaluation() finds all where the detections are the truth", () => {
  // Without crowds: a copy of one may take a true object away from its own copy.
  const one = drawnBox.map((row) => ({ ...row, crowd: 0 as const }));
  fc.assert(fc.property(fc.array(one, { minLength: 1, maxLength: 10 }), (rows) => {
    const { annotated } = rowsOf({ truths: rows, found: [] });
    const detections = annotated.annotations.map((row: CocoAnnotation) => ({
      image_id: row.image_id,
      category_id: row.category_id,
      bbox: row.bbox!,
      score: 0.5,
    }));
    const { AP } = cocoEvaluation(annotated, detections).summary;
    assert.ok(Math.abs(AP - 1) < 1e-12, `${AP}`);
  }));
});
