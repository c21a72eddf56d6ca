import assert from "node:assert/strict";
import fc from "fast-check";
import { splitByPicture } from "../../../data/questions/split.ts";

const names = fc.array(fc.string({ maxLength: 6 }), { maxLength: 60 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

Deno.test("every row is on one side, and a picture's rows are on the same", () => {
  fc.assert(fc.property(names, share, (pictures, share) => {
    const { train, heldOut } = splitByPicture(pictures, share);
    assert.deepEqual(
      [...train, ...heldOut].sort((a, b) => a - b),
      [...pictures.keys()],
    );
    const there = new Set(heldOut.map((i) => pictures[i]));
    assert.ok(train.every((i) => !there.has(pictures[i])));
    const all = new Set(pictures).size;
    const least = all > 1 && share > 0 && share < 1 ? 1 : 0;
    const wanted = Math.round(share * all);
    assert.equal(there.size, Math.min(Math.max(wanted, least), Math.max(all - least, 0)));
  }));
});

Deno.test("which pictures are held out does not depend on the order of the rows", () => {
  fc.assert(fc.property(names, share, (pictures, share) => {
    const chosen = (list: readonly string[]) =>
      new Set(splitByPicture(list, share).heldOut.map((i) => list[i]));
    assert.deepEqual(
      [...chosen(pictures)].sort(),
      [...chosen([...pictures].reverse())].sort(),
    );
  }));
});

Deno.test("rows that share an image by way of others stay together", () => {
  const rows = [["a", "b"], ["c"], ["b", "d"], ["e"], ["d"], ["f", "c"]];
  for (const share of [0.2, 0.5, 0.8]) {
    const { train, heldOut } = splitByPicture(rows, share);
    const names = (side: readonly number[]) => new Set(side.flatMap((i) => rows[i]!));
    const shared = [...names(train)].filter((name) => names(heldOut).has(name));
    assert.deepEqual(shared, []);
    assert.equal(train.length + heldOut.length, rows.length);
  }
});

Deno.test("a name alone and a list of it are the same", () => {
  const names = Array.from({ length: 40 }, (_, i) => `${i % 13}.png`);
  assert.deepEqual(
    splitByPicture(names.map((name) => [name]), 0.3),
    splitByPicture(names, 0.3),
  );
});
