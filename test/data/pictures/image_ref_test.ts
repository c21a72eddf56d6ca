import assert from "node:assert/strict";
import sharp from "sharp";
import {
  imageName,
  pictureOfRef,
  readImageRef,
} from "../../../data/pictures/image_ref.ts";
import { decodePicture } from "../../../data/pictures/picture.ts";

const png = new Uint8Array(
  await sharp({ create: { width: 40, height: 30, channels: 3, background: "red" } })
    .png().toBuffer(),
);
const base64 = png.toBase64();

Deno.test("an image is read from a data URL, bare base64 and structs", async () => {
  for (
    const value of [
      `data:image/png;base64,${base64}`,
      base64,
      { bytes: base64 },
      { bytes: base64, path: "1.png" },
    ]
  ) {
    const ref = readImageRef(value);
    assert.equal(ref.kind, "inline");
    assert.match(imageName(ref), /^inline [0-9a-f]{16}$/);
    const { width, height } = await decodePicture(pictureOfRef(ref, ".", "x, line 1"));
    assert.deepEqual([width, height], [40, 30]);
  }
});

Deno.test("paths are paths, in structs and file URLs too", () => {
  const path = (value: unknown) => imageName(readImageRef(value));
  assert.equal(path("images/1.jpg"), "images/1.jpg");
  assert.equal(path({ path: "1.jpg", bytes: null }), "1.jpg");
  assert.equal(path("file:///a/b%20c.jpg"), "/a/b c.jpg");
  assert.equal(path("a".repeat(200)), "a".repeat(200));
});

Deno.test("what is no image of this machine is refused in a line", () => {
  const cases: [unknown, RegExp][] = [
    ["https://example.org/1.jpg", /is on the network: download it/],
    ["data:text/plain,hello", /is not an image in base64/],
    ["data:image/png;base64,!!!!", /is not base64/],
    ["", /is empty/],
    [4, /is a path or a data URL, not 4/],
    [{}, /is a path or a data URL/],
    ["a/".repeat(5000), /has 10000 characters, more than 4096/],
  ];
  for (const [value, message] of cases) {
    assert.throws(() => readImageRef(value), (error: Error) => {
      assert.match(error.message, message);
      return error.message.length < 200 && error instanceof SyntaxError;
    });
  }
});
