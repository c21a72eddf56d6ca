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
