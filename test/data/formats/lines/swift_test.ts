import assert from "node:assert/strict";
import { fillPlaceholders, swiftFrame } from "../../../../data/formats/lines/swift.ts";

const objects = { ref: ["cup"], bbox: [[1, 2, 3, 4], [5, 6, 7, 8]] };

Deno.test("placeholders stand for names and boxes in their order", () => {
  assert.deepEqual(
    fillPlaceholders({ objects }, [{ asked: "Find <ref-object>", told: "<bbox><bbox>" }]),
    [{
      asked: "Find cup",
      told: '[{"bbox":[1,2,3,4],"label":"cup"},{"bbox":[5,6,7,8],"label":"cup"}]',
    }],
  );
  assert.deepEqual(
    fillPlaceholders({ objects: { ref: [], bbox: [[1, 2, 3, 4]] } }, [
      { asked: "What is at <bbox>?", told: "a cup" },
    ]),
    [{ asked: "What is at [1,2,3,4]?", told: "a cup" }],
  );
});

Deno.test("the frame is that of bbox_type", () => {
  assert.equal(swiftFrame({}), undefined);
  assert.equal(swiftFrame({ objects }), "pixels");
  assert.equal(swiftFrame({ objects: { ...objects, bbox_type: "norm1" } }), "unit");
  assert.throws(
    () => swiftFrame({ objects: { ...objects, bbox_type: "cm" } }),
    /bbox_type must be/,
  );
});

Deno.test("objects that do not fit the messages are refused", () => {
  const turns = [{ asked: "Find <ref-object>", told: "<bbox>" }];
  assert.throws(
    () => fillPlaceholders({ objects }, turns),
    /1 names and 2 boxes, and .* 1 and 1/,
  );
  assert.throws(() => fillPlaceholders({}, turns), /there is no \.objects/);
  assert.throws(() => fillPlaceholders({ objects: 3 }, turns), /\.objects must be/);
  assert.throws(
    () => fillPlaceholders({ objects: { bbox: [[1]] } }, turns),
    /\.objects\.bbox must be/,
  );
});
