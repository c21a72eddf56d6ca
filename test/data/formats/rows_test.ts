import assert from "node:assert/strict";
import fc from "fast-check";
import { encodePng } from "../../../data/pictures/image.ts";
import { keptParts } from "../../../data/files/kept_parts.ts";
import { BadImage, pictureOfBytes } from "../../../data/pictures/picture.ts";
import { type RowSet, rowSource, skipBadImages } from "../../../data/formats/rows.ts";
import { askable } from "../../../data/questions/askable.ts";

const png = await encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) });

/** Rows of which those in `bad` have a broken picture. */
function rowsOf(size: number, bad: readonly number[] = []): RowSet {
  return {
    name: "set",
    size,
    manifest: { kind: "test" },
    picture: String,
    category: () => "x",
    row: (index) =>
      Promise.resolve({
        id: String(index),
        place: `line ${index}`,
        pictures: [
          pictureOfBytes(`line ${index}`, bad.includes(index) ? Uint8Array.of(1) : png),
        ],
        prompt: "?",
        target: { kind: "classification", label: "x" },
      }),
  };
}

Deno.test("questions are the rows of the places, with their pictures", async () => {
  const source = rowSource(rowsOf(5), { name: "some", places: [3, 1] });
  assert.equal(source.size, 2);
  assert.deepEqual(source.manifest, { kind: "test", questions: 2 });
  const { id, images } = await source.question(0);
  assert.deepEqual([id, images[0]!.width], ["3", 1]);
  for (const index of [-1, 2, 0.5]) {
    await assert.rejects(source.question(index), /some has questions 0 to 1/);
  }
});

Deno.test("a mask is drawn where there is one, and not before its picture is decoded", async () => {
  const drawn: string[] = [];
  const rows = rowsOf(2, [1]);
  const source = rowSource({
    ...rows,
    row: async (index) => ({
      ...await rows.row(index),
      mask() {
        drawn.push(String(index));
        return { size: [1, 1], counts: [0, 1] };
      },
    }),
  }, { name: "masked" });
  assert.deepEqual((await source.question(0)).mask, { size: [1, 1], counts: [0, 1] });
  await assert.rejects(source.question(1), /Cannot decode/);
  assert.deepEqual(drawn, ["0"]);
  assert.ok(!("mask" in await rowSource(rows, { name: "bare" }).question(0)));
});

Deno.test("a bad picture is an error, or is left out, counted and named", async () => {
  const source = rowSource(rowsOf(4, [1, 3]), { name: "s" });
  await assert.rejects(source.question(1), (error: Error) => {
    assert.ok(error instanceof BadImage);
    assert.match(error.message, /^Cannot decode line 1: /);
    return true;
  });
  const skipping = skipBadImages(source);
  const ids = [];
  for (let i = 0; i < 4; i++) ids.push((await skipping.question(i)).id);
  assert.deepEqual(ids, ["0", "2", "2", "0"]); // the next good one, counted round
  assert.equal(await askable(skipping, 1), undefined);
  assert.equal((await askable(source, 2))!.id, "2");
  assert.equal(skipping.skipped.size, 2);
  assert.match([...skipping.skipped.values()][1]!, /Cannot decode line 3: /);
  const none = skipBadImages(rowSource(rowsOf(2, [0, 1]), { name: "s" }));
  await assert.rejects(none.question(0), /s has no image that can be read: /);
});

Deno.test("skipping hides no other error", async () => {
  const rows = { ...rowsOf(2), row: () => Promise.reject(new RangeError("outside")) };
  const skipping = skipBadImages(rowSource(rows, { name: "s" }));
  await assert.rejects(skipping.question(0), /outside/);
  await assert.rejects(askable(skipping, 0), /outside/);
});

Deno.test("parts are kept within the limit, those read last", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 30 }),
      fc.nat({ max: 4 }),
      async (keys, limit) => {
        const loads: number[] = [];
        const read = keptParts(
          (key) => {
            loads.push(key);
            return Promise.resolve(key);
          },
          () => 1,
          limit,
        );
        const kept: number[] = []; // a model of it, the newest last
        for (const key of keys) {
          const before = loads.length;
          assert.equal(await read(key), key);
          assert.equal(loads.length > before, !kept.includes(key));
          if (kept.includes(key)) kept.splice(kept.indexOf(key), 1);
          kept.push(key);
          while (kept.length > Math.max(limit, 1)) kept.shift();
        }
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("tags that are not as many as the images are refused in any format, with the place", async () => {
  const rows = rowsOf(2);
  for (
    const [more, reason] of [
      [{ prompt: "Is <image> like <image>?" }, /^line 1: the words have 2 <image> tags/],
      [{ system: "<image>" }, /^line 1: the words have 1 <image> tags, and there are 0/],
    ] as const
  ) {
    const source = rowSource({
      ...rows,
      row: async (index) => ({ ...await rows.row(index), ...more }),
    }, { name: "some" });
    await assert.rejects(source.row(1), { message: reason });
    await assert.rejects(source.question(1), { message: reason });
  }
  const source = rowSource({
    ...rows,
    row: async (index) => ({ ...await rows.row(index), prompt: "Is <image> red?" }),
  }, { name: "some" });
  assert.equal((await source.row(1)).prompt, "Is <image> red?");
});
