import assert from "node:assert/strict";
import { guessKind } from "../../data/formats/guess_kind.ts";
import { openLabelme } from "../../data/formats/labelme.ts";
import { sameNames } from "../../data/formats/labels/same_names.ts";
import { openCsv } from "../../data/formats/csv.ts";
import { openVoc } from "../../data/formats/voc.ts";
import { openYolo } from "../../data/formats/yolo.ts";
import { openData } from "../../pipeline/open/open_data.ts";
import { askedOf, DETECTION } from "../support/asked_of.ts";
import { putFiles, withFiles } from "../support/put_files.ts";

const IMAGE = [100, 80] as const;
const LINE = "0 0.5 0.5 0.2 0.4";
const CUP = [400, 300, 600, 700];
const open = (spec: string) =>
  openData(`${spec},held-out=1`, { seed: 0, prompts: "paper" });

Deno.test("folders of images beside their labels are no classes, and the kind is named", async () => {
  const beside: [string, RegExp][] = [
    ["json", /"a\.json" lies beside "a\.jpg" .*: write labelme:.*batch1$/],
    ["xml", /"a\.xml" lies beside "a\.jpg" .*: write voc:.*batch1$/],
    ["txt", /"a\.txt" lies beside "a\.jpg" .*: write yolo:.*batch1, with the classes/],
  ];
  for (const [extension, message] of beside) {
    for (const split of ["", "train/"]) {
      await withFiles({
        [`${split}batch0/b.jpg`]: IMAGE,
        [`${split}batch1/a.jpg`]: IMAGE,
        [`${split}batch1/a.${extension}`]: LINE,
      }, async (folder) => {
        await assert.rejects(guessKind(folder), { name: "RangeError", message });
        await assert.rejects(open(`folder:${folder}`), { name: "RangeError", message });
      });
    }
  }
  await withFiles({
    "cat/a.jpg": IMAGE,
    "cat/readme.txt": "of a friend",
    "dog/b.jpg": IMAGE,
  }, async (folder) => assert.equal(await guessKind(folder), "folder"));
});

Deno.test("splits beside other folders, and folders called images, are no classes", async () => {
  const layouts: [readonly string[], RegExp][] = [
    [["train", "test", "extra"], /images lie in "test" and "train".*beside "extra"/],
    [["img", "mask"], /the folders "img", "mask": images in "img" are of no class/],
    [["images"], /images in "images" are of no class/],
  ];
  for (const [names, message] of layouts) {
    const files = Object.fromEntries(names.map((name) => [`${name}/a.jpg`, IMAGE]));
    await withFiles(files, async (folder) => {
      await assert.rejects(open(`folder:${folder}`), message);
      await assert.rejects(guessKind(folder), RangeError);
    });
  }
  // COCO's own classes have a train.
  await withFiles({ "car/a.jpg": IMAGE, "train/b.jpg": IMAGE }, async (folder) => {
    assert.equal((await open(`folder:${folder}`)).train.size, 2);
  });
});

Deno.test("labels of two kinds for one image fit both", () =>
  withFiles({
    "a.jpg": IMAGE,
    "a.xml": "<annotation/>",
    "a.json": '{"imagePath": "a.jpg", "shapes": []}',
  }, (folder) => assert.rejects(guessKind(folder), /it could be voc or labelme/)));

Deno.test("a line with keypoints is the box before them", () =>
  withFiles({
    "data.yaml": "train: images\nkpt_shape: [2, 3]\nnames: [cup]",
    "images/a.jpg": IMAGE,
    "labels/a.txt": `${LINE} 0.9 0.9 2 0 0 0\n`,
  }, async (folder) => {
    const asked = await askedOf(await openYolo(folder, undefined, DETECTION));
    assert.deepEqual(asked, [["images/a.jpg", "cup", CUP]]);
    await putFiles(folder, { "labels/a.txt": `${LINE} 0.9 0.9` });
    await assert.rejects(
      openYolo(folder, undefined, DETECTION),
      /a\.txt, line 1 has 6 numbers .*: 4 are a box, a box and the points of kpt_shape are 10/,
    );
    await putFiles(folder, {
      "data.yaml": "train: images\nkpt_shape: 17\nnames: [cup]",
    });
    await assert.rejects(openYolo(folder, undefined, DETECTION), /kpt_shape must be/);
  }));

Deno.test("names that look like numbers stay as they are written", () =>
  withFiles({
    "data.yaml": "train: images\nval: ~\ntest: null\nnc: 4\nnames: [007, 1.0, 1e3, no]",
    "images/a.jpg": IMAGE,
    "labels/a.txt": [0, 1, 2, 3].map((i) => `${i} 0.5 0.5 0.2 0.4`).join("\n"),
  }, async (folder) => {
    const asked = await askedOf(await openYolo(folder, undefined, DETECTION));
    assert.deepEqual(asked.map(([, name]) => name), ["007", "1.0", "1e3", "no"]);
    const faults: [string, RegExp][] = [
      ["nc: 3\nnames: [007, 8, 9, 10]", /nc is 3, and there are 4 names/],
      ["names: {0: cup, 00: bowl}", /names has the class 0 twice/],
      ["names: [cup, ~]", /names has "1": "~", no class's name/],
    ];
    for (const [lines, message] of faults) {
      await putFiles(folder, { "data.yaml": `train: images\n${lines}` });
      await assert.rejects(openYolo(folder, undefined, DETECTION), message);
    }
  }));

Deno.test("an outline may have very many points", () =>
  withFiles({
    "data.yaml": "train: images\nnames: [cup]",
    "images/a.jpg": IMAGE,
    "labels/a.txt": `0 ${"0.4 0.3 ".repeat(300_000)} 0.6 0.7`,
    "a.jpg": IMAGE,
    "a.json": JSON.stringify({
      imagePath: "a.jpg",
      shapes: [{
        label: "cup",
        points: [...Array(200_000).fill([40, 24]), [60, 56]],
      }],
    }),
  }, async (folder) => {
    assert.deepEqual(await askedOf(await openYolo(folder, undefined, DETECTION)), [
      ["images/a.jpg", "cup", CUP],
    ]);
    assert.deepEqual(await askedOf(await openLabelme(folder, undefined, DETECTION)), [
      ["a.jpg", "cup", CUP],
    ]);
  }));

Deno.test("a folder is no annotations of COCO unless Roboflow's file is there", () =>
  withFiles({ "images/a.jpg": IMAGE }, async (folder) => {
    for (const kind of ["coco", "lvis"]) {
      await assert.rejects(open(`${kind}:${folder}`), {
        name: "RangeError",
        message: /has no _annotations\.coco\.json: give the path of the JSON file/,
      });
    }
  }));

Deno.test("categories of one name are absent if each was looked for, incomplete if one is", () => {
  const image = { id: 5, file: "a.jpg" };
  const { labelled: { images, categories } } = sameNames({
    images: [
      { ...image, absent: [1], incomplete: [2] },
      { ...image, absent: [2, 1, 3], incomplete: [3] },
    ],
    categories: [{ id: 1, name: "cup" }, { id: 2, name: "cup" }, { id: 3, name: "dog" }],
    objects: { image: [], category: [], boxes: [], crowd: [] },
  });
  assert.deepEqual(categories.map(({ id }) => id), [1, 3]);
  assert.deepEqual(images, [
    { ...image, absent: [], incomplete: [1] },
    { ...image, absent: [1, 3], incomplete: [3] },
  ]);
});

const box =
  "<bndbox><xmin>41</xmin><ymin>25</ymin><xmax>60</xmax><ymax>56</ymax></bndbox>";
const object = (name: string, more = "") =>
  `<object><name>${name}</name>${box}${more}</object>`;

Deno.test("every box of an annotation of VOC is accounted for", () =>
  withFiles({ "a.jpg": IMAGE }, async (folder) => {
    const faults: [string, RegExp][] = [
      [
        `<annotation><objects>${object("cup")}</objects></annotation>`,
        /a\.xml has 1 <bndbox>, and 0 of them in <object>/,
      ],
      [
        `<annotation>${object("cup")}<o>${box}${box}</o></annotation>`,
        /a\.xml has 3 <bndbox>, and 1 of them/,
      ],
      [
        `<annotation>${object("cup", `<part>${box}</part>`)}</annotation>`,
        /a <part> has no <name>/,
      ],
    ];
    for (const [xml, message] of faults) {
      await putFiles(folder, { "a.xml": xml });
      await assert.rejects(openVoc(folder, undefined, DETECTION), message);
    }
  }));

Deno.test("parts of an object are not asked about, as absent neither", () =>
  withFiles({
    "a.jpg": IMAGE,
    "a.xml": `<annotation>${
      object("person", `<part><name>head</name>${box}</part>`)
    }</annotation>`,
    "b.jpg": IMAGE,
    "b.xml": `<annotation>${object("head")}</annotation>`,
  }, async (folder) => {
    const options = { ...DETECTION, absent: 0.9 };
    assert.deepEqual(await askedOf(await openVoc(folder, undefined, options)), [
      ["a.jpg", "person", CUP],
      ["b.jpg", "person"],
      ["b.jpg", "head", CUP],
    ]);
  }));

Deno.test("columns of CSV that are not read are told, and a missing header is named", () =>
  withFiles({
    "a.jpg": IMAGE,
    "a.csv": "image,label,split,,score\na.jpg,cup,test,,1\n",
  }, async (folder) => {
    const path = `${folder}/a.csv`;
    const { notes } = await openCsv(path, DETECTION);
    assert.deepEqual(notes, ['2 columns are not read: "split", "score"']);
    const auto = "TRAIN,a.jpg,cup,0.4,0.3,,,0.6,0.7,,\n";
    await putFiles(folder, { "a.csv": auto });
    await assert.rejects(
      openCsv(path, DETECTION),
      /its first line has numbers and names no/,
    );
    const head = "set,image,class,xmin,ymin,,,xmax,ymax,,\n";
    await putFiles(folder, { "a.csv": head + auto });
    const rows = await openCsv(path, { ...DETECTION, frame: "unit" });
    assert.deepEqual(await askedOf(rows), [["a.jpg", "cup", CUP]]);
    await putFiles(folder, { "a.csv": "image,label\na.jpg,cup\na.jpg,dog\n" });
    await assert.rejects(
      openCsv(path, DETECTION),
      /line 3: "a\.jpg" is "dog", and "cup" in another line \(line 2\)/,
    );
  }));
