import assert from "node:assert/strict";
import fc from "fast-check";
import { readAnnotations } from "../../../../pipeline/evaluate/predictions/annotations.ts";
import { readResults } from "../../../../pipeline/evaluate/predictions/results.ts";

const bbox = [0, 0, 9, 9];
const truth = {
  images: [{ id: 7, width: 20, height: 10 }],
  annotations: [{ id: 1, image_id: 7, category_id: 1, bbox, area: 81 }],
  categories: [{ id: 1, name: "cat" }],
};
const row = { image_id: 7, category_id: 1, bbox, score: 0.5 };
const mask = { size: [10, 20], counts: "0" };

function message(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof SyntaxError, `${error}`);
    return error.message;
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
}
const annotated = readAnnotations(truth, "a.json").truth;
const results = (json: unknown) => readResults(json, "r.json", annotated);

Deno.test("readResults() tells boxes from masks", () => {
  assert.deepEqual(results([row]).states, ["bbox"]);
  assert.deepEqual(results([{ ...row, segmentation: mask }]).states, ["bbox", "segm"]);
  assert.deepEqual(results([{ ...row, bbox: undefined, segmentation: mask }]).states, [
    "segm",
  ]);
  const empty = results([{ ...row, bbox: [], segmentation: mask }]);
  assert.deepEqual(empty.states, ["segm"]);
  assert.equal(empty.detections[0]!.bbox, undefined);
  assert.deepEqual(results([]), {
    detections: [],
    states: ["bbox"],
    unknownCategories: 0,
  });
});

Deno.test("readResults() counts detections of categories that nobody annotated", () => {
  assert.equal(results([row, { ...row, category_id: 0 }]).unknownCategories, 1);
});

Deno.test("readResults() names the file and the place where it goes wrong", () => {
  const cases: [unknown, string][] = [
    [{}, "r.json: the whole file must be a list: it is {}"],
    [[row, 3], "r.json: [1] must be an object: it is 3"],
    [[row, { ...row, score: undefined }], "r.json: [1].score is missing"],
    [
      [{ ...row, score: "0.5" }],
      'r.json: [0].score must be a finite number: it is "0.5"',
    ],
    [
      [{ ...row, bbox: [0, 0, null, 9] }],
      "r.json: [0].bbox[2] must be a finite number: it is null",
    ],
    [
      [{ ...row, bbox: [0, 0, 9] }],
      "r.json: [0].bbox must be a list of four numbers (left, top, width, height): it is [0,0,9]",
    ],
    [
      [{ ...row, image_id: 7.5 }],
      "r.json: [0].image_id must be a whole number: it is 7.5",
    ],
    [
      [row, { ...row, image_id: 8 }],
      "r.json: [1].image_id must be the id of an annotated image: it is 8",
    ],
    [[{ ...row, segmentation: mask }, row], "r.json: [1].segmentation is missing"],
    [[{ ...row, bbox: undefined }], "r.json: [0] has neither bbox nor segmentation"],
    [
      [{ ...row, segmentation: { size: [1], counts: [] } }],
      'r.json: [0].segmentation must be a list of polygons, or run lengths with size and counts: it is {"size":[1],"counts":[]}',
    ],
  ];
  for (const [json, expected] of cases) {
    assert.equal(message(() => results(json)), expected);
  }
});

Deno.test("readAnnotations() knows LVIS by its fields, and then wants all of them", () => {
  const images = [{
    ...truth.images[0],
    neg_category_ids: [],
    not_exhaustive_category_ids: [1],
  }];
  const categories = [{ id: 1, name: "cat", frequency: "r" }];
  assert.equal(readAnnotations(truth, "a.json").benchmark, "coco");
  const lvis = { ...truth, images, categories };
  assert.equal(readAnnotations(lvis, "a.json").benchmark, "lvis");
  const cases: [unknown, string][] = [
    [{ ...lvis, images: truth.images }, "a.json: .images[0].neg_category_ids is missing"],
    [{ ...truth, images }, "a.json: .categories[0].frequency is missing"],
    [
      { ...lvis, categories: [{ id: 1, name: "cat", frequency: "x" }] },
      'a.json: .categories[0].frequency must be "r", "c" or "f": it is "x"',
    ],
    [
      [],
      "a.json: the whole file must be an object with images, annotations and categories: it is []",
    ],
    [{ ...truth, annotations: undefined }, "a.json: .annotations is missing"],
    [
      { ...truth, annotations: [{ ...truth.annotations[0], iscrowd: 2 }] },
      "a.json: .annotations[0].iscrowd must be 0 or 1: it is 2",
    ],
    [
      { ...truth, annotations: [{ ...truth.annotations[0], area: undefined }] },
      "a.json: .annotations[0].area is missing",
    ],
    [
      { ...truth, images: [{ id: 7, width: 0, height: 1 }] },
      "a.json: .images[0].width must be a size of at least 1: it is 0",
    ],
  ];
  for (const [json, expected] of cases) {
    assert.equal(message(() => readAnnotations(json, "a.json")), expected);
  }
});

/** Rows that are nearly right: each field right or anything that JSON can say. */
const near = (right: Record<string, unknown>) =>
  fc.record(
    Object.fromEntries(
      Object.entries(right).map(([key, value]) => [
        key,
        fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, fc.jsonValue()),
      ]),
    ),
    { requiredKeys: [] },
  );

Deno.test("what readResults() and readAnnotations() let through has the form that they promise", () => {
  const isWhole = Number.isSafeInteger;
  const isBox = (box: unknown) =>
    box === undefined || Array.isArray(box) && box.length === 4 &&
      box.every(Number.isFinite);
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.array(near({ ...row, segmentation: mask }), { maxLength: 3 }),
      near({ ...truth.annotations[0], iscrowd: 1, ignore: 0, segmentation: [bbox] }),
      (rows, annotation) => {
        try {
          for (const found of results(rows).detections) {
            accepted++;
            assert.ok(isWhole(found.image_id) && isWhole(found.category_id));
            assert.ok(Number.isFinite(found.score) && isBox(found.bbox));
          }
        } catch (error) {
          assert.ok(error instanceof SyntaxError, `${error}`);
        }
        try {
          const json = { ...truth, annotations: [annotation] };
          const [found] = readAnnotations(json, "a.json").truth.annotations;
          accepted++;
          assert.ok(isWhole(found!.id) && Number.isFinite(found!.area));
          assert.ok(isBox(found!.bbox));
          assert.ok([undefined, 0, 1].includes(found!.iscrowd));
          assert.ok([undefined, 0, 1].includes(found!.ignore));
        } catch (error) {
          assert.ok(error instanceof SyntaxError, `${error}`);
        }
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(accepted > 100, `${accepted} rows were let through`);
});
