import assert from "node:assert/strict";
import { openVoc, splitsOfVoc } from "../../../data/formats/voc.ts";
import { askedOf, DETECTION } from "../../support/asked_of.ts";
import { inFolder } from "../../support/in_folder.ts";
import { putFiles } from "../../support/put_files.ts";

function xml(name: string, filename: string, more = ""): string {
  const box = "<xmin>1</xmin><ymin>11</ymin><xmax>50</xmax><ymax>20</ymax>";
  return `<annotation><filename>${filename}</filename><object><name>${name}</name>${more}` +
    `<bndbox>${box}</bndbox></object></annotation>`;
}

const BOX = [0, 100, 500, 200];

Deno.test("extensions of any case belong together, and a difficult object asks nothing", () =>
  inFolder(async (folder) => {
    await putFiles(folder, {
      "1.JPG": [100, 100],
      "1.XML": xml("caf&#233; &amp; bar", "1.JPG"),
      "2.jpg": [100, 100],
      "2.xml": xml("cup", "2.jpg", "<difficult>1</difficult>"),
    });
    const rows = await openVoc(folder, undefined, DETECTION);
    assert.deepEqual(await askedOf(rows), [["1.JPG", "café & bar", BOX]]);
  }));

Deno.test("a file that names another image is told, and refused if that image is there", () =>
  inFolder(async (folder) => {
    await putFiles(folder, {
      "1.jpg": [100, 100],
      "1.xml": xml("cup", "C:\\a\\old.jpg"),
    });
    const rows = await openVoc(folder, undefined, DETECTION);
    assert.deepEqual(await askedOf(rows), [["1.jpg", "cup", BOX]]);
    assert.match(rows.notes!.join(), /1 label file names another image.*"1\.xml"/);
    await putFiles(folder, { "old.jpg": [100, 100] });
    await assert.rejects(openVoc(folder, undefined, DETECTION), {
      name: "SyntaxError",
      message: /1\.xml: <filename> is "old\.jpg", and the file lies beside "1\.jpg"/,
    });
  }));

Deno.test("lists are splits; what they name in vain, and folders that are not read, are told", () =>
  inFolder(async (folder) => {
    await putFiles(folder, {
      "JPEGImages/1.jpg": [100, 100],
      "JPEGImages/2.jpg": [100, 100],
      "JPEGImages/3.jpg": [100, 100],
      "JPEGImages/deep/er/4.jpg": [100, 100],
      "Annotations/1.xml": xml("cup", "1.jpg"),
      "Annotations/2.xml": xml("cup", "2.jpg"),
      "Annotations/9.xml": xml("cup", "9.jpg"),
      "ImageSets/Main/train.txt": "1\n3\n7\n",
      "ImageSets/Main/val.txt": "2\n",
      "ImageSets/Main/cup_train.txt": "1 1\n",
    });
    assert.deepEqual(await splitsOfVoc(folder), ["train", "val"]);
    const rows = await openVoc(folder, "train", DETECTION);
    assert.deepEqual(await askedOf(rows), [["JPEGImages/1.jpg", "cup", BOX]]);
    const told = rows.notes!.join("\n");
    assert.match(told, /1 image of train\.txt is not there: "7"/);
    assert.match(told, /1 label file has no image: "9\.xml"/);
    assert.match(told, /1 image has no label file .*"JPEGImages\/3\.jpg"/);
    assert.match(told, /1 folder holds images that are not read.*"deep"/);
  }));
