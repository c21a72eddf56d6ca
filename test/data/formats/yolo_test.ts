import assert from "node:assert/strict";
import { join } from "node:path";
import { openYolo } from "../../../data/formats/yolo.ts";
import { yoloSet } from "../../../data/formats/yolo/yolo_set.ts";
import { askedOf, DETECTION } from "../../support/asked_of.ts";
import { putFiles, withFiles } from "../../support/put_files.ts";

const LINE = "0 0.5 0.5 0.2 0.4\n";
const CUP = [400, 300, 600, 700];

Deno.test("images in folders of images/ are read with the labels of the same folders", () =>
  withFiles({
    "data.yaml": "train: images\nnames: {1: bowl, 0: cup}",
    "images/1.JPG": [10, 10],
    "images/a/b/2.jpg": [10, 10],
    "labels/1.TXT": LINE,
    "labels/a/b/2.txt": "1" + LINE.slice(1),
  }, async (folder) => {
    const rows = await openYolo(folder, undefined, DETECTION);
    assert.deepEqual(await askedOf(rows), [
      ["images/1.JPG", "cup", CUP],
      ["images/a/b/2.jpg", "bowl", CUP],
    ]);
    assert.equal(rows.notes, undefined);
  }));

Deno.test("Roboflow's ../train/images is beside data.yaml, and a split that is missing is told", () =>
  withFiles({
    "data.yaml":
      "train: ../train/images\nval: ../valid/images\ntest: ../test/images\nnc: 1\nnames: [cup]",
    "train/images/1.jpg": [10, 10],
    "train/labels/1.txt": LINE,
    "valid/images/2.jpg": [10, 10],
    "valid/labels/2.txt": LINE,
  }, async (folder) => {
    assert.deepEqual([...(await yoloSet(folder)).splits.keys()], ["train", "val"]);
    const rows = await openYolo(folder, "val", DETECTION);
    assert.deepEqual(await askedOf(rows), [["valid/images/2.jpg", "cup", CUP]]);
    assert.match(
      rows.notes!.join(),
      /1 path of data\.yaml is not there.*"test: \.\.\/test/,
    );
    await assert.rejects(openYolo(folder, "test", DETECTION), /has no split "test"/);
  }));

Deno.test("training images that are not there are no silent change of the split", () =>
  withFiles({
    "data.yaml": "train: images/train\nval: images/val\nnames: [cup]",
    "images/val/1.jpg": [10, 10],
    "labels/val/1.txt": LINE,
  }, (folder) =>
    assert.rejects(openYolo(folder, undefined, DETECTION), {
      name: "SyntaxError",
      message: /data\.yaml: "train: images\/train" is not in the data's folder/,
    })));

Deno.test("lists of paths are read, each image once, and path: is where they start", () =>
  withFiles({
    "set.yaml": "path: inner\ntrain: train.txt\nnames: [cup]",
    "inner/train.txt": "./images/1.jpg\r\n\r\nimages/1.jpg\r\nimages/1.jpg\r\n",
    "inner/images/1.jpg": [10, 10],
    "inner/labels/1.txt": "0 0.5 0.5 1 1",
    "images/1.jpg": [10, 10],
    "labels/1.txt": LINE,
  }, async (folder) => {
    const rows = await openYolo(join(folder, "set.yaml"), undefined, DETECTION);
    assert.deepEqual(await askedOf(rows), [
      ["inner/images/1.jpg", "cup", [0, 0, 1000, 1000]],
      ["images/1.jpg", "cup", CUP],
    ]);
    await putFiles(folder, { "inner/train.txt": "images/1.jpg\nimages/9.jpg" });
    await assert.rejects(
      openYolo(join(folder, "set.yaml"), undefined, DETECTION),
      /train\.txt, line 2: there is no image "images\/9\.jpg"/,
    );
  }));

Deno.test("an empty line between classes would shift their numbers: it is refused", () =>
  withFiles({
    "classes.txt": "cup\n\nbowl\n\n",
    "images/1.jpg": [10, 10],
    "labels/1.txt": LINE,
  }, async (folder) => {
    await assert.rejects(
      openYolo(folder, undefined, DETECTION),
      /classes\.txt, line 2: it is empty, and there are names after it/,
    );
    await putFiles(folder, { "classes.txt": "\uFEFFcup\r\nbowl\r\n\r\n" });
    const rows = await openYolo(folder, undefined, DETECTION);
    assert.deepEqual(rows.manifest.categories, ["cup", "bowl"]);
  }));

Deno.test("what is not read of a folder is told", () =>
  withFiles({
    "classes.txt": "cup",
    "images/train/1.jpg": [10, 10],
    "images/train/2.jpg": [10, 10],
    "images/train/3.bmp": "",
    "images/extra/4.jpg": [10, 10],
    "images/5.jpg": [10, 10],
    "labels/train/1.txt": LINE,
    "labels/train/6.txt": LINE,
  }, async (folder) => {
    const { notes } = await openYolo(folder, "train", DETECTION);
    const told = notes!.join("\n");
    assert.match(told, /2 images of images\/ lie in none .*: "5\.jpg", "extra\/4\.jpg"/);
    assert.match(told, /1 file is not PNG.*"3\.bmp"/);
    assert.match(told, /1 label file has no image: "labels\/train\/6\.txt"/);
    assert.match(told, /1 image has no label file .*: "images\/train\/2\.jpg"/);
  }));

Deno.test("two images never share a label file", () =>
  withFiles({
    "classes.txt": "cup",
    "images/1.jpg": [10, 10],
    "images/1.png": [10, 10],
    "labels/1.txt": LINE,
  }, (folder) =>
    assert.rejects(
      openYolo(folder, undefined, DETECTION),
      /1\.txt has the labels of "images\/1\.jpg" and of "images\/1\.png"/,
    )));
