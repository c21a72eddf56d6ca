import assert from "node:assert/strict";
import fc from "fast-check";
import { isLabelme, openLabelme } from "../../../data/formats/labelme.ts";
import { askedOf, DETECTION } from "../../support/asked_of.ts";
import { inFolder } from "../../support/in_folder.ts";
import { putFiles } from "../../support/put_files.ts";

const shape = (label: string, shape_type: string, points: number[][], more = {}) => ({
  ...{ label, shape_type, points },
  ...more,
});
const json = (shapes: unknown[], imagePath = "1.jpg") =>
  JSON.stringify({ imagePath, shapes });

Deno.test("of every shape the box around it is taken", () =>
  inFolder(async (folder) => {
    await putFiles(folder, {
      "1.jpg": [100, 100],
      "1.JSON": json([
        shape("circle", "circle", [[50, 40], [53, 44]]),
        shape("polygon", "polygon", [[10, 20], [40, 30], [20, 60]]),
        shape("rectangle", "rectangle", [[30, 5], [10, 25]]),
      ]),
    });
    assert.ok(await isLabelme(folder));
    assert.deepEqual(await askedOf(await openLabelme(folder, undefined, DETECTION)), [
      ["1.jpg", "circle", [450, 350, 550, 450]],
      ["1.jpg", "polygon", [100, 200, 400, 600]],
      ["1.jpg", "rectangle", [100, 50, 300, 250]],
    ]);
  }));

Deno.test("a rectangle's corners may stand in any order", () =>
  inFolder(async (folder) => {
    await putFiles(folder, { "1.jpg": [100, 100] });
    const at = fc.tuple(
      fc.nat(50),
      fc.nat(50),
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(at, async ([x, y, side, isTurned]) => {
        const [x1, x2] = [x, x + side], [y1, y2] = [y, y + side];
        const points = isTurned ? [[x2, y1], [x1, y2]] : [[x2, y2], [x1, y1]];
        await putFiles(folder, { "1.json": json([shape("cup", "rectangle", points)]) });
        const rows = await openLabelme(folder, undefined, DETECTION);
        const box = [x1, y1, x2, y2].map((value) => value * 10);
        assert.deepEqual(await askedOf(rows), [["1.jpg", "cup", box]]);
      }),
      { numRuns: 20 },
    );
  }));

Deno.test("shapes of one label and group are one object", () =>
  inFolder(async (folder) => {
    await putFiles(folder, {
      "1.jpg": [100, 100],
      "1.json": json([
        shape("cup", "rectangle", [[10, 10], [20, 20]], { group_id: 1 }),
        shape("cup", "rectangle", [[40, 30], [50, 40]], { group_id: 1 }),
        shape("cup", "rectangle", [[60, 60], [70, 70]], { group_id: null }),
        shape("bowl", "rectangle", [[80, 80], [90, 90]], { group_id: 1 }),
      ]),
    });
    assert.deepEqual(await askedOf(await openLabelme(folder, undefined, DETECTION)), [
      ["1.jpg", "cup", [100, 100, 500, 400], [600, 600, 700, 700]],
      ["1.jpg", "bowl", [800, 800, 900, 900]],
    ]);
  }));

Deno.test("a file that names another image is told, and refused if that image is there", () =>
  inFolder(async (folder) => {
    const shapes = [shape("cup", "rectangle", [[10, 10], [20, 20]])];
    await putFiles(folder, {
      "1.jpg": [100, 100],
      "1.json": json(shapes, "..\\old.jpg"),
    });
    const { notes } = await openLabelme(folder, undefined, DETECTION);
    assert.match(
      notes!.join(),
      /1 label file names another image, which is not there.*"1\.json"/,
    );
    await putFiles(folder, { "old.jpg": [100, 100] });
    await assert.rejects(
      openLabelme(folder, undefined, DETECTION),
      /1\.json: \.imagePath is "old\.jpg", and the file lies beside "1\.jpg"/,
    );
  }));

Deno.test("points and lines have no box", () =>
  inFolder(async (folder) => {
    for (const kind of ["line", "linestrip", "points"]) {
      await putFiles(folder, {
        "1.jpg": [100, 100],
        "1.json": json([shape("cup", kind, [[1, 1], [2, 2]])]),
      });
      await assert.rejects(
        openLabelme(folder, undefined, DETECTION),
        new RegExp(`shapes\\[0\\] is a "${kind}"`),
      );
    }
  }));
