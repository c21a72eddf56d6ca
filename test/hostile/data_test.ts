import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { distance, nearestName } from "../../data/nearest_name.ts";
import { checkData } from "../../pipeline/check_data/check_data.ts";
import { drawExample } from "../../pipeline/check_data/draw_example.ts";
import { mistypedNames } from "../../pipeline/check_data/mistyped_names.ts";
import { openFiles, openSides } from "../../pipeline/open/open_files.ts";
import { GOOD, lines, makePipe, png, put, putPictures } from "../support/made_files.ts";
import { inFolder } from "../support/in_folder.ts";

/** Bad pictures of every kind among two good ones; returns the data's specification. */
async function putBad(folder: string): Promise<string> {
  await putPictures(folder);
  await put(folder, "images/banner.png", png(2100, 10));
  await put(folder, "images/svg.png", '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await makePipe(join(folder, "images/pipe.png"));
  await Deno.mkdir(join(folder, "images/folder.png"));
  await Deno.symlink("/dev/zero", join(folder, "images/device.png"));
  const bad = ["banner", "svg", "pipe", "folder"].map((name) => ({
    image: `images/${name}.png`,
    label: "cat",
  }));
  const path = await put(folder, "t.jsonl", lines([...GOOD, ...bad]));
  return `jsonl:${path},held-out=1`;
}

Deno.test("check-data finds every picture that would end a run", () =>
  inFolder(async (folder) => {
    const { train, heldOut } = await openSides(await putBad(folder), "paper");
    const none = { ...heldOut, size: 0 };
    const { faults } = await checkData({ train, heldOut: none }, { examples: 1 });
    assert.deepEqual(faults.map(({ message }) => message.replace(/^t\.jsonl, /, "")), [
      "line 3: images/banner.png has 2100 x 10 pixels: one side may be at most 200 times " +
      "the other; crop the image, or remove it",
      "Cannot decode t.jsonl, line 4: images/svg.png: it is SVG, which may include other " +
      "files; give a whole PNG, JPEG or WebP file",
      "line 5: images/pipe.png: it is a folder, pipe or device; put the image there, or " +
      "remove what names it",
      "line 6: images/folder.png: it is a folder, pipe or device; put the image there, " +
      "or remove what names it",
    ]);
  }));

Deno.test("a run that skips bad pictures counts and names each of them", () =>
  inFolder(async (folder) => {
    const options = { seed: 0, prompts: "paper" as const };
    const spec = await putBad(folder);
    const { train, skipped } = await openFiles(spec, { ...options, onBadImage: "skip" });
    for (let i = 0; i < train.size; i++) await train.question(i);
    assert.equal(skipped!().length, 4);
    assert.match(skipped!()[0]!, /line 3: images\/banner\.png has 2100 x 10 pixels/);
    const strict = await openFiles(spec, options);
    await assert.rejects(strict.train.question(2), /images\/banner\.png has 2100 x 10/);
  }));

Deno.test("a name of any length and characters is drawn", async () => {
  const image = { width: 40, height: 20, data: new Uint8Array(2400) };
  for (const label of ["a".repeat(1e6), "\0\u001b<>&\ud800", "</svg>"]) {
    const row = {
      ...{ id: "1", place: "", prompt: "", pictures: [] },
      target: { kind: "classification" as const, label },
    };
    assert.ok((await drawExample({ row, image })).length > 100);
  }
  const boxes = Array(10_000).fill({ x1: 0, y1: 0, x2: 500, y2: 500 });
  const target = { kind: "detection" as const, category: "cat", boxes };
  const row = { id: "1", place: "", prompt: "", pictures: [], target };
  assert.ok((await drawExample({ row, image })).length > 100);
});

Deno.test("very many and very long names are not all compared", () => {
  const start = performance.now();
  const many = Array.from({ length: 30_000 }, (_, i) => {
    const letters = [...String(i)].map((digit) => "abcdefghij"[Number(digit)]);
    return [`name ${letters.join("")}`, i % 7 === 0 ? 9 : 1] as const;
  });
  mistypedNames(new Map([...many, ["x".repeat(1e6), 1], ["y".repeat(1e6), 9]]));
  assert.equal(nearestName("k".repeat(1e7), ["image", "label"]), undefined);
  assert.ok(performance.now() - start < 60_000); // all pairs of them take hours
});

Deno.test("a distance that is asked for up to a limit is the distance, or above it", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 9 });
  fc.assert(fc.property(word, word, fc.nat(4), (a, b, most) => {
    const whole = distance(a, b), limited = distance(a, b, most);
    if (whole <= most) assert.equal(limited, whole);
    else assert.ok(limited > most);
  }));
});
