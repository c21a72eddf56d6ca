import assert from "node:assert/strict";
import { detectionRows } from "../../../../data/formats/labels/detection_rows.ts";
import { labelColumns } from "../../../../data/formats/labels/label_columns.ts";
import { askedOf, DETECTION } from "../../../support/asked_of.ts";

const SOURCE = {
  ...DETECTION,
  ...{ path: "a.json", name: "a", folder: ".", unit: "pixels", manifest: {} } as const,
};

function image(id: number) {
  const size = { width: 100, height: 100 };
  return { id, ...size, file: `${id}.jpg`, name: `${id}`, absent: [], incomplete: [] };
}

const objects = {
  image: [0, 0],
  category: [1, 2],
  boxes: [10, 20, 30, 40, 50, 60, 10, 10],
  crowd: [false, false],
};

Deno.test("categories of one name are one, and a group without boxes asks nothing", async () => {
  const categories = [
    { id: 0, name: "cups", supercategory: "none" },
    { id: 1, name: "cup", supercategory: "cups" },
    { id: 2, name: "cup", supercategory: "cups" },
  ];
  const rows = detectionRows(
    { images: [image(0), image(1)], categories, objects },
    SOURCE,
  );
  assert.deepEqual(await askedOf(rows), [
    ["0", "cup", [100, 200, 400, 600], [500, 600, 600, 700]],
  ]);
  const told = rows.notes!.join("\n");
  assert.match(told, /"cups" is the group of other categories/);
  assert.match(told, /several categories are called "cup": they are one/);
  assert.match(told, /1 image has no boxes and asks nothing/);
});

Deno.test("absent questions are about what an image lacks, the same ones each time", async () => {
  const categories = [{ id: 1, name: "cup" }, { id: 2, name: "bowl" }];
  const images = Array.from({ length: 40 }, (_, i) => image(i));
  const given = { images, categories, objects };
  const asked = await askedOf(detectionRows(given, { ...SOURCE, absent: 0.5 }));
  const absent = asked.filter((one) => one.length === 2);
  assert.ok(absent.length > 0 && absent.every(([id]) => id !== "0"));
  assert.deepEqual(
    await askedOf(detectionRows(given, { ...SOURCE, absent: 0.5 })),
    asked,
  );
});

Deno.test("a crowd, or nothing at all, is not asked", () => {
  const categories = [{ id: 1, name: "cup" }, { id: 2, name: "bowl" }];
  const crowd = { ...objects, crowd: [true, false] };
  const rows = detectionRows({ images: [image(0)], categories, objects: crowd }, SOURCE);
  assert.deepEqual([rows.size, rows.category(0)], [1, "bowl"]);
  assert.throws(
    () =>
      detectionRows({ images: [image(0)], categories, objects: crowd }, {
        ...SOURCE,
        categories: "cup",
      }),
    /a\.json leaves nothing to ask: its image has no box of cup/,
  );
});

Deno.test("names and boxes are checked as they are collected, and no image comes twice", () => {
  const columns = labelColumns(), box = { x1: 1, y1: 2, x2: 3, y2: 4 };
  columns.image({ file: "1.jpg", place: "a.csv, line 1" });
  columns.object("cup", box, "line 1");
  assert.deepEqual(columns.labelled().objects.boxes, [1, 2, 2, 2]);
  for (const name of [" ", "a{b}", "a\nb", "x".repeat(10_000)]) {
    assert.throws(
      () => columns.object(name, box, "line 2"),
      /^SyntaxError: line 2: .* is no name/,
    );
  }
  assert.throws(() => columns.object("cup", { ...box, x2: 1 }, "line 3"), /has no area/);
  assert.throws(() => columns.object("cup", { ...box, x2: NaN }, "line 3"), /not finite/);
  assert.throws(
    () => columns.image({ file: "1.jpg", place: "line 4" }),
    /line 4: .* twice/,
  );
});
