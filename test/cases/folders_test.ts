import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { guessKind } from "../../data/formats/guess_kind.ts";
import type { Target } from "../../data/questions/question.ts";
import { openData } from "../../pipeline/open/open_data.ts";
import { casePath, openCase, questionsOf } from "../support/cases.ts";
import { inFolder } from "../support/in_folder.ts";
import {
  LABEL_FORMS,
  type LabelledPhoto,
  TEN_PHOTOS,
  writeLabelled,
} from "../support/labelled_photos.ts";

/** x1 of the box in pixels grows by 10 with each image; boxes of detection are whole numbers. */
const boxAt = (i: number) => ({
  x1: Math.round((20 + 10 * i) / 320 * 1000),
  y1: 125,
  x2: Math.round((140 + 10 * i) / 320 * 1000),
  y2: 625,
});
const cups = Array.from({ length: 6 }, (_, i): Target => ({
  ...{ kind: "detection", category: "cup", boxes: [boxAt(i)] },
}));

async function targets(name: string, options?: string): Promise<readonly Target[]> {
  return (await questionsOf(name, options)).map(({ target }) => target);
}

Deno.test("folders as they are exported are told apart, and read as detection", async () => {
  const kinds = {
    "13_roboflow_coco": "coco",
    "14_yolo": "yolo",
    "14_labelme": "labelme",
    "14_hf_imagefolder": "imagefolder",
  };
  for (const [name, kind] of Object.entries(kinds)) {
    assert.equal(await guessKind(casePath(name)), kind);
  }
  assert.deepEqual(await targets("14_yolo"), cups);
  assert.deepEqual(await targets("14_labelme"), cups);
});

Deno.test("an image folder whose classes are numbers wants their names", async () => {
  await assert.rejects(openCase("14_hf_imagefolder"), {
    name: "SyntaxError",
    message:
      /metadata\.jsonl, line 1: \.objects\.categories\[0\] is 0, which names no class/,
  });
});

Deno.test("the group of Roboflow's categories asks nothing, absent questions neither", async () => {
  for (const options of ["", ",absent=0.5"]) {
    const { train, notes } = await openCase("13_roboflow_coco", options);
    const questions = await Promise.all(
      Array.from({ length: train.size }, (_, i) => train.question(i)),
    );
    const names = questions.map(({ target }) =>
      target.kind === "detection" ? target.category : target.kind
    );
    assert.ok(names.includes("cup") && !names.includes("cups"), names.join());
    assert.match(notes!.join(), /"cups" is the group of other categories/);
  }
});

Deno.test("COCO's files with backslashes, seen sizes and sizes of a copy are read", async () => {
  for (const name of ["15_coco_backslash", "15_coco_exif_seen_size", "15_coco_resized"]) {
    assert.deepEqual(await targets(`${name}/instances_train.json`), cups, name);
  }
});

Deno.test("ten labelled photos give the same questions in every form", async () => {
  const seen: unknown[] = [];
  for (const form of LABEL_FORMS) {
    await inFolder(async (folder) => {
      const path = await writeLabelled(form, folder);
      assert.equal(await guessKind(path), form);
      const { train } = await openData(`${path},held-out=1`, {
        seed: 0,
        prompts: "paper",
      });
      const questions = await Promise.all(
        Array.from({ length: train.size }, (_, i) => train.question(i)),
      );
      seen.push(
        questions.map(({ prompt, target, images: [image] }) =>
          JSON.stringify([prompt, target, image!.width, image!.height])
        ).sort(),
      );
    });
  }
  assert.equal((seen[0] as unknown[]).length, 12);
  for (const one of seen) assert.deepEqual(one, seen[0]);
});

Deno.test("whatever boxes are written are read back, in every form", async () => {
  const photo = (i: number) =>
    fc.record({
      width: fc.integer({ min: 20, max: 60 }),
      height: fc.integer({ min: 20, max: 60 }),
      boxes: fc.array(
        fc.record({
          name: fc.constantFrom("cup", "tea cup", "d'oh", "A&B", "é"),
          at: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
            minLength: 4,
            maxLength: 4,
          }),
        }),
        { maxLength: 3 },
      ),
    }).map(({ width, height, boxes }): LabelledPhoto => ({
      ...{ file: `${i}.jpg`, width, height },
      boxes: boxes.map(({ name, at: [a, b, c, d] }) => {
        const x1 = Math.floor(a! * (width - 1)), y1 = Math.floor(b! * (height - 1));
        const x2 = x1 + 1 + Math.floor(c! * (width - x1 - 1));
        const y2 = y1 + 1 + Math.floor(d! * (height - y1 - 1));
        return { name, box: [x1, y1, x2, y2] };
      }),
    }));
  const photos = fc.tuple(photo(0), photo(1), photo(2))
    .filter((all) => all.some(({ boxes }) => boxes.length > 0));
  await fc.assert(
    fc.asyncProperty(
      photos,
      fc.constantFrom(...LABEL_FORMS),
      (photos, form) =>
        inFolder(async (folder) => {
          const path = await writeLabelled(form, folder, photos);
          const { train } = await openData(`${form}:${path},held-out=1`, {
            ...{ seed: 0, prompts: "paper" },
          });
          const found = new Map<string, number>();
          for (let i = 0; i < train.size; i++) {
            const { target } = await train.question(i);
            assert.ok(target.kind === "detection");
            found.set(
              target.category,
              (found.get(target.category) ?? 0) + target.boxes.length,
            );
          }
          const wanted = new Map<string, number>();
          for (const { name } of photos.flatMap(({ boxes }) => boxes)) {
            wanted.set(name, (wanted.get(name) ?? 0) + 1);
          }
          assert.deepEqual([...found].sort(), [...wanted].sort());
        }),
    ),
    { numRuns: 40 },
  );
});

Deno.test("faults in labels are told with file and line", async () => {
  const cases: [string, (folder: string) => Promise<void>, RegExp][] = [
    ["yolo", put("labels/0.txt", "0 0.5 0.5 0.2"), /0\.txt, line 1 has 3 numbers/],
    ["yolo", put("labels/0.txt", "7 0.5 0.5 0.2 0.2"), /line 1: the class 7 has no name/],
    ["yolo", put("labels/0.txt", "0 50 50 20 20"), /reaches out of the image/],
    ["yolo", put("labels/0.txt", "cup 0.5 0.5 0.2 0.2"), /must be a class and numbers/],
    ["yolo", put("labels/0.txt", "0 0.5 0.5 0 0.2"), /has no area/],
    ["yolo", put("data.yaml", "names: [a, b"), /data\.yaml: /],
    [
      "yolo",
      put("data.yaml", "train: images\nnc: 3\nnames: [a]"),
      /nc is 3, and there are 1/,
    ],
    ["voc", put("Annotations/0.xml", "<annotation><object>"), /0\.xml is not XML: line/],
    ["voc", put("Annotations/0.xml", "<a/>"), /has no <annotation>/],
    ["voc", put("Annotations/0.xml", "<!DOCTYPE a><annotation/>"), /has a document type/],
    [
      "voc",
      put(
        "Annotations/0.xml",
        "<annotation><object><name>x</name></object></annotation>",
      ),
      /object 1: <xmin> must be a number/,
    ],
    ["labelme", put("0.json", "{"), /0\.json is not JSON/],
    [
      "labelme",
      put(
        "0.json",
        '{"shapes": [{"label": "a", "shape_type": "line", "points": [[1, 2], [3, 4]]}]}',
      ),
      /shapes\[0\] is a "line"/,
    ],
    ["csv", put("labels.csv", "a,b\n1,2"), /its columns are "a", "b"/],
    [
      "csv",
      put("labels.csv", "filename,class,xmin,ymin,xmax,ymax\n0.jpg,cup,1,2,x,4"),
      /labels\.csv, line 2: x2 must be a number: it is "x"/,
    ],
    [
      "csv",
      put("labels.csv", "filename,class,xmin,ymin,xmax,ymax\n0.jpg,cup,9,2,3,4"),
      /line 2: the box 9, 2, 3, 4 has no area/,
    ],
  ];
  for (const [form, damage, message] of cases) {
    await inFolder(async (folder) => {
      const path = await writeLabelled(form as "yolo", folder, TEN_PHOTOS.slice(0, 2));
      await damage(folder);
      await assert.rejects(
        openData(`${form}:${path},held-out=1`, { seed: 0, prompts: "paper" }),
        (error: Error) => {
          assert.match(error.message, message);
          assert.ok(!error.message.includes("\n") && error.message.length < 400);
          return true;
        },
      );
    });
  }
});

function put(name: string, content: string) {
  return (folder: string) => Deno.writeTextFile(join(folder, name), content);
}

Deno.test("folders of other kinds are never folders of classes", async () => {
  await inFolder(async (folder) => {
    await writeLabelled("voc", folder);
    await assert.rejects(
      openData(`folder:${folder},held-out=1`, { seed: 0, prompts: "paper" }),
      /has a folder "Annotations", which is no class: is it voc:/,
    );
  });
  await inFolder(async (folder) => {
    await Deno.mkdir(join(folder, "images"));
    await Deno.copyFile(casePath("14_labelme/0.jpg"), join(folder, "images", "0.jpg"));
    await assert.rejects(
      guessKind(folder),
      /cannot tell what kind of data this is; write KIND:/,
    );
  });
  await inFolder(async (folder) => {
    await writeLabelled("voc", folder);
    await writeLabelled("yolo", folder);
    await assert.rejects(guessKind(folder), /it could be yolo or voc; write KIND:/);
  });
});
