import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import {
  CATEGORY_SETS,
  chooseCategories,
  COCO_CATEGORIES,
} from "../../../data/questions/category_sets.ts";
import { openCoco } from "../../../data/formats/coco.ts";
import { openLvis } from "../../../data/formats/lvis.ts";
import { paperPrompt, shortPrompt } from "../../../data/questions/prompt.ts";
import type { RowSet } from "../../../data/formats/rows.ts";
import { fixturePath, readFixture } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

const options = { prompts: shortPrompt, absent: 0 };

async function written(folder: string, json: unknown): Promise<string> {
  await Deno.mkdir(join(folder, "annotations"), { recursive: true });
  await Deno.mkdir(join(folder, "val"), { recursive: true });
  const path = join(folder, "annotations", "instances_val.json");
  await Deno.writeTextFile(path, JSON.stringify(json));
  return path;
}

async function all(rows: RowSet) {
  return await Promise.all(Array.from({ length: rows.size }, (_, i) => rows.row(i)));
}

const box = (image_id: number, category_id: number, bbox: number[], more = {}) => ({
  ...{ image_id, category_id, bbox, id: 1, area: 1 },
  ...more,
});

const small = {
  images: [
    { id: 7, width: 200, height: 100, file_name: "7.jpg" },
    { id: 3, width: 100, height: 100, file_name: "3.jpg" },
  ],
  annotations: [
    box(3, 2, [0, 0, 100, 100]),
    box(7, 2, [20, 10, 40, 50]),
    box(7, 1, [0, 0, 200, 100]),
    box(7, 2, [100, 0, 0.01, 50]),
    box(7, 2, [5, 5, 0, 9]),
    box(3, 1, [0, 0, 9, 9], { iscrowd: 1 }),
    box(3, 1, [0, 0, 9, 9]),
  ],
  categories: [{ id: 2, name: "dog" }, { id: 1, name: "cat" }],
};

Deno.test("a question is asked for each picture and category, with all boxes of it", async () => {
  await inFolder(async (folder) => {
    const rows = await openCoco(await written(folder, small), options);
    const [cat, dogs, dog] = await all(rows);
    assert.equal(rows.size, 3); // the crowd's picture is not asked about its category
    assert.deepEqual(cat!.target, {
      kind: "detection",
      category: "cat",
      boxes: [{ x1: 0, y1: 0, x2: 1000, y2: 1000 }],
    });
    assert.deepEqual([cat!.id, cat!.imageId, cat!.prompt], [
      ...["7/cat", "7", "Detect all objects of category 'cat'"],
    ]);
    // 20 of 200 is 100 per mille; what is thinner than one keeps one; without area is no box
    assert.deepEqual(dogs!.target, {
      kind: "detection",
      category: "dog",
      boxes: [
        { x1: 100, y1: 100, x2: 300, y2: 600 },
        { x1: 500, y1: 0, x2: 501, y2: 500 },
      ],
    });
    assert.equal(dog!.id, "3/dog");
    assert.match(dog!.pictures[0]!.name, /^instances_val\.json, image 3: 3\.jpg$/);
  });
});

Deno.test("absent questions are about what is not there, and about as many as said", async () => {
  const images = Array.from({ length: 400 }, (_, i) => ({
    ...{ id: i, width: 10, height: 10, file_name: `${i}.jpg` },
  }));
  const categories = [1, 2, 3, 4].map((id) => ({ id, name: `c${id}` }));
  const annotations = images.map(({ id }) => box(id, 1 + id % 2, [0, 0, 5, 5]));
  await inFolder(async (folder) => {
    const path = await written(folder, { images, categories, annotations });
    for (const absent of [0.1, 0.5]) {
      const rows = await all(await openCoco(path, { prompts: shortPrompt, absent }));
      const without = rows.filter(({ target }) =>
        target.kind === "detection" && target.boxes.length === 0
      );
      assert.ok(Math.abs(without.length / rows.length - absent) < 0.05);
      for (const { id, imageId } of without) {
        assert.notEqual(id, `${imageId}/c${1 + Number(imageId) % 2}`);
      }
      assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
    }
  });
});

Deno.test("LVIS: absent is what was looked for, and what is not all marked is not asked", async () => {
  const lvis = {
    images: [{
      ...{ id: 5, width: 100, height: 100 },
      coco_url: "http://images.cocodataset.org/val2017/000000000005.jpg",
      neg_category_ids: [3],
      not_exhaustive_category_ids: [2],
    }],
    annotations: [box(5, 1, [0, 0, 50, 50]), box(5, 2, [0, 0, 50, 50])],
    categories: [1, 2, 3, 4].map((id) => ({ id, name: `c${id}`, frequency: "r" })),
  };
  await inFolder(async (folder) => {
    const path = await written(folder, lvis);
    const rows = await all(await openLvis(path, { prompts: paperPrompt, absent: 0.5 }));
    assert.deepEqual(rows.map(({ id }) => id), ["5/c1", "5/c3"]);
    assert.match(rows[0]!.pictures[0]!.name, /: val2017\/000000000005\.jpg$/);
  });
});

Deno.test("the evaluation's fixtures are read: every box of what is asked is there", async () => {
  interface Instances {
    readonly images: readonly { readonly id: number }[];
    readonly annotations: readonly {
      readonly image_id: number;
      readonly category_id: number;
      readonly bbox: readonly number[];
      readonly iscrowd?: number;
    }[];
    readonly categories: readonly { readonly id: number; readonly name: string }[];
  }
  const truth = readFixture<Instances>("coco/main/instances.json");
  const rows = await all(
    await openCoco(fixturePath("coco/main/instances.json"), options),
  );
  assert.ok(rows.length > 10);
  for (const { imageId, target } of rows) {
    assert.ok(target.kind === "detection");
    const { id } = truth.categories.find(({ name }) => name === target.category)!;
    const boxes = truth.annotations.filter(({ image_id, category_id, bbox }) =>
      String(image_id) === imageId && category_id === id && bbox[2]! > 0 && bbox[3]! > 0
    );
    assert.ok(boxes.every(({ iscrowd }) => iscrowd !== 1));
    assert.equal(target.boxes.length, boxes.length);
  }
});

Deno.test("wrong annotations are errors that name file, place and what is wrong", async () => {
  const { images, annotations, categories } = small;
  const cases: [unknown, RegExp][] = [
    [{ images, categories }, /has no list annotations/],
    [
      { ...small, images: [{ id: 1, width: 0, height: 1, file_name: "x" }] },
      /images\[0\]\.width/,
    ],
    [
      { ...small, images: [images[0], images[0]] },
      /images\[1\] has the id 7 of images\[0\]/,
    ],
    [
      { ...small, images: [{ id: 1, width: 1, height: 1 }] },
      /neither file_name nor coco_url/,
    ],
    [
      { ...small, annotations: [{ ...annotations[0], bbox: [1, 2, 3] }] },
      /annotations\[0\]\.bbox/,
    ],
    [{ ...small, annotations: [box(99, 1, [0, 0, 1, 1])] }, /image_id is 99, which/],
    [{ ...small, annotations: [box(7, 99, [0, 0, 1, 1])] }, /category_id is 99, which/],
    [{ ...small, categories: [{ id: 1 }] }, /categories\[0\]\.name is missing/],
  ];
  await inFolder(async (folder) => {
    for (const [json, message] of cases) {
      const path = await written(folder, json);
      await assert.rejects(openCoco(path, options), (error: Error) => {
        assert.ok(error instanceof SyntaxError, error.stack);
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(path));
        return true;
      });
    }
    const path = await written(folder, small);
    await assert.rejects(openCoco(path, { ...options, categories: "dgo" }), {
      name: "RangeError",
      message: /no category "dgo"; did you mean "dog"\?/,
    });
    await assert.rejects(openCoco(path, { ...options, categories: "coco-novel-15" }), {
      name: "RangeError",
      message: /the set coco-novel-15 has categories that the data has not: mouse, fork/,
    });
  });
});

Deno.test("the paper's sets have as many categories as their names say, and base is not novel", () => {
  for (const [name, set] of Object.entries(CATEGORY_SETS)) {
    assert.equal(set.length, Number(name.match(/\d+$/)![0]));
    assert.equal(new Set(set).size, set.length);
    if (name.startsWith("coco")) {
      assert.ok(set.every((category) => COCO_CATEGORIES.includes(category)));
    }
  }
  const both = [...CATEGORY_SETS["coco-base-65"]!, ...CATEGORY_SETS["coco-novel-15"]!];
  assert.deepEqual(both.sort(), [...COCO_CATEGORIES].sort());
});

Deno.test("chosen categories are those that were named, in the data's order", () => {
  fc.assert(fc.property(fc.subarray([...COCO_CATEGORIES], { minLength: 1 }), (some) => {
    const text = [...some].reverse().join("+");
    assert.deepEqual(chooseCategories(text, COCO_CATEGORIES), some);
  }));
});
