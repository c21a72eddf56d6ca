import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { joinNames } from "../../data/questions/quoted_names.ts";
import { openSides } from "../../pipeline/open/open_files.ts";
import { inFolder } from "../support/in_folder.ts";
import {
  LABEL_FORMS,
  type LabelledPhoto,
  writeLabelled,
} from "../support/labelled_photos.ts";

const NAMES = [
  "cup",
  "salt, pepper",
  "a+b",
  'a "cup"',
  "x & <y>",
  "été",
  "чашка",
  "hot dog",
];
const box = (width: number, height: number) =>
  fc.tuple(fc.nat(width - 2), fc.nat(height - 2), fc.nat(99), fc.nat(99))
    .map(([x, y, w, h]) =>
      [x, y, Math.min(x + 1 + w, width), Math.min(y + 1 + h, height)] as const
    );
/** In these sizes no coordinate is halfway between two whole numbers of 0–1000, which shares miss. */
const side = fc.constantFrom(21, 25, 33, 40, 50, 77, 100);
const photo = fc.tuple(side, side)
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      boxes: fc.array(
        fc.record({ name: fc.constantFrom(...NAMES), box: box(width, height) }),
        { minLength: 1, maxLength: 6 },
      ),
    })
  );
const photos = fc.array(photo, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((one, i): LabelledPhoto => ({ file: `photo ${i}.jpg`, ...one })));

/** Boxes by image and category, in 0–1000. */
function wanted(all: readonly LabelledPhoto[]): string[] {
  return all.flatMap(({ width, height, boxes }, i) =>
    [...Map.groupBy(boxes, ({ name }) => name)].map(([name, own]) =>
      JSON.stringify([
        i,
        name,
        own.map(({ box: [x1, y1, x2, y2] }) =>
          [
            ...[x1 / width, y1 / height, x2 / width, y2 / height],
          ].map((share) => Math.round(1000 * share))
        ).sort(byNumbers),
      ])
    )
  ).sort();
}

function byNumbers(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((x, i) => x !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

async function found(data: string): Promise<string[]> {
  const { train } = await openSides(`${data},held-out=0`, "short");
  const all = await Promise.all(
    Array.from({ length: train.size }, (_, i) => train.row(i)),
  );
  return all.map(({ target, pictures }) => {
    assert.equal(target.kind, "detection");
    if (target.kind !== "detection") return "";
    const at = Number(/photo (\d)\.jpg$/.exec(pictures[0]!.name)![1]);
    const boxes = target.boxes.map(({ x1, y1, x2, y2 }) =>
      [x1, y1, x2, y2].map(Math.round)
    );
    return JSON.stringify([at, target.category, boxes.sort(byNumbers)]);
  }).sort();
}

for (const form of LABEL_FORMS) {
  Deno.test(`labels written at random as ${form} are read back equal, also by chosen names`, async () => {
    await fc.assert(
      fc.asyncProperty(photos, async (all) => {
        await inFolder(async (folder) => {
          const path = await writeLabelled(form, join(folder, "photos"), all);
          assert.deepEqual(await found(`${form}:${path}`), wanted(all));
          const name = all[0]!.boxes[0]!.name;
          const chosen = all.map((one) => ({
            ...one,
            boxes: one.boxes.filter((own) => own.name === name),
          }));
          const options = `categories=${joinNames([name])}`;
          assert.deepEqual(await found(`${form}:${path},${options}`), wanted(chosen));
        });
      }),
      { numRuns: 25 },
    );
  });
}
