import assert from "node:assert/strict";
import fc from "fast-check";
import {
  averagePrecision,
  type PredictedBox,
  type TrueBox,
} from "../../../stages/evaluate/average_precision.ts";
import {
  hasReference,
  readFixture,
  REFERENCE,
  referenceFolders,
  referenceTest,
} from "../../support/fixtures.ts";

const box = { x1: 0, y1: 0, x2: 10, y2: 10 };
const elsewhere = { x1: 20, y1: 20, x2: 30, y2: 30 };
const truth: TrueBox = { image: 1, category: "cat", box };

interface Rectangle {
  readonly image_id: number;
  readonly category_id: number;
  readonly bbox: readonly [number, number, number, number];
}

interface Expected {
  readonly stats: Readonly<Record<string, number>>;
  readonly per_category: readonly { category_id: number; AP: number | null }[];
  readonly params?: {
    readonly iou_type: string;
    readonly img_ids: readonly number[] | null;
    readonly cat_ids: readonly number[] | null;
  };
}

function* boxCases(): Generator<[string, Expected]> {
  for (const name of referenceFolders("coco")) {
    if (!hasReference(`coco/${name}/expected.json`)) continue;
    const expected = readFixture<Expected>(`coco/${name}/expected.json`, REFERENCE);
    if (expected.params?.iou_type === "bbox") yield [name, expected];
  }
}

function read(name: string, { params }: Expected) {
  const chosen = ({ image_id, category_id }: Rectangle) =>
    (params?.img_ids?.includes(image_id) ?? true) &&
    (params?.cat_ids?.includes(category_id) ?? true);
  const { annotations } = readFixture<{
    annotations: (Rectangle & { iscrowd: number })[];
  }>(`coco/${name}/instances.json`, REFERENCE);
  const detections = readFixture<(Rectangle & { score: number })[]>(
    `coco/${name}/detections.json`,
    REFERENCE,
  );
  return {
    truth: annotations.filter(chosen).map((row): TrueBox => ({
      ...place(row),
      crowd: row.iscrowd === 1,
    })),
    predicted: detections.filter(chosen).map((row): PredictedBox => ({
      ...place(row),
      score: row.score,
    })),
  };
}

function place({ image_id, category_id, bbox: [x, y, w, h] }: Rectangle) {
  return {
    image: image_id,
    category: category_id,
    box: { x1: x, y1: y, x2: x + w, y2: y + h },
  };
}

/** COCO writes -1, or null, where there is nothing to find. */
function same(value: number, wanted: number | null): boolean {
  if (wanted === null || wanted === -1) return Number.isNaN(value);
  return Math.abs(value - wanted) < 1e-9;
}

for (const [name, expected] of boxCases()) {
  const files = ["instances", "detections"].map((file) => `coco/${name}/${file}.json`);
  referenceTest(`averagePrecision() equals COCOeval on ${name}`, files, () => {
    const { truth, predicted } = read(name, expected);
    const got = averagePrecision(predicted, truth);
    for (
      const [key, value] of [["AP", got.map], ["AP50", got.ap50], [
        "AP75",
        got.ap75,
      ]] as const
    ) {
      const wanted = expected.stats[key]!;
      assert.ok(same(value, wanted), `${key}: ${value}, not ${wanted}`);
    }
    for (const { category_id, AP } of expected.per_category) {
      const value = got.categories.get(category_id) ?? NaN;
      assert.ok(same(value, AP), `category ${category_id}: ${value}, not ${AP}`);
    }
  });
}

Deno.test("averagePrecision() is 1 for the truth and 0 for boxes elsewhere", () => {
  assert.equal(averagePrecision([{ ...truth, score: 0.1 }], [truth]).map, 1);
  const wrong = { ...truth, box: elsewhere, score: 1 };
  assert.equal(averagePrecision([wrong], [truth]).map, 0);
});

Deno.test("averagePrecision() halves precision where a surer miss stands before the hit", () => {
  const predicted = [
    { ...truth, box: elsewhere, score: 0.9 },
    { ...truth, score: 0.8 },
  ];
  assert.equal(averagePrecision(predicted, [truth]).ap50, 0.5);
});

Deno.test("averagePrecision() counts a second box on the same object as a miss", () => {
  const predicted = [{ ...truth, score: 0.9 }, { ...truth, score: 0.8 }];
  const both = averagePrecision(predicted, [truth, { ...truth, image: 2 }]);
  // One of two found at precision 1: recalls 0 to .50 of 101.
  assert.equal(both.ap50, 51 / 101);
});

Deno.test("averagePrecision() is NaN where nothing is to be found", () => {
  assert.ok(Number.isNaN(averagePrecision([{ ...truth, score: 1 }], []).map));
});

Deno.test("averagePrecision() depends on the order of scores only", () => {
  const side = fc.integer({ min: 1, max: 20 });
  const drawn = fc.record({ image: fc.integer({ min: 0, max: 2 }), x: side, y: side });
  const placed = (
    { image, x, y }: { image: number; x: number; y: number },
  ): TrueBox => ({ image, category: "cat", box: { x1: 0, y1: 0, x2: x, y2: y } });
  fc.assert(fc.property(
    fc.array(drawn, { minLength: 1, maxLength: 8 }),
    fc.array(drawn, { maxLength: 8 }),
    (truths, predictions) => {
      const rows = predictions.map((p, i) => ({ ...placed(p), score: 1 - i / 10 }));
      const squeezed = rows.map((row) => ({ ...row, score: row.score ** 3 / 7 }));
      const a = averagePrecision(rows, truths.map(placed));
      assert.deepEqual(averagePrecision(squeezed, truths.map(placed)), a);
      // A mean of ten equal numbers may be larger than each by a rounding.
      assert.ok(a.map >= 0 && a.map <= a.ap50 + 1e-12 && a.ap50 <= 1);
    },
  ));
});
