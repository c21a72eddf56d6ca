import assert from "node:assert/strict";
import sharp from "sharp";
import { isStrip } from "../../../data/pictures/aspect_ratio.ts";
import { decodeImage } from "../../../data/pictures/image.ts";
import { pictureFormat } from "../../../data/pictures/picture_format.ts";
import {
  BadImage,
  decodePicture,
  pictureOfBytes,
  pictureSize,
} from "../../../data/pictures/picture.ts";
import { bytesOf, png } from "../../support/made_files.ts";

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';

Deno.test("formats that are read are told by their first bytes", async () => {
  const image = sharp({
    create: { width: 8, height: 8, channels: 3, background: "red" },
  });
  const names = { png: "PNG", jpeg: "JPEG", webp: "WebP", gif: "GIF", tiff: "TIFF" };
  for (const [format, name] of [...Object.entries(names), ["avif", "AVIF"]] as const) {
    const bytes = await image.clone().toFormat(format as "png").toBuffer();
    assert.equal(pictureFormat(bytes), name);
    await decodeImage(bytes);
  }
  for (const text of ["", "x", "RIFF0000WAVE", "BM6", "%PDF-1.4", SVG]) {
    assert.equal(pictureFormat(bytesOf(text)), undefined, text);
  }
});

Deno.test("SVG from outside is refused, whatever stands in front of it", async () => {
  const includes = SVG.replace("/>", '><image href="file:///etc/passwd"/></svg>');
  for (const text of [SVG, `<?xml version="1.0"?>\n${SVG}`, includes]) {
    for (const read of [decodePicture, pictureSize]) {
      await assert.rejects(read(pictureOfBytes("a.png", bytesOf(text))), (error) => {
        assert.ok(error instanceof BadImage);
        assert.match(
          error.message,
          /^Cannot decode a\.png: it is SVG, which may include other files; give a whole/,
        );
        return true;
      });
    }
    await assert.rejects(decodeImage(bytesOf(text)), TypeError);
  }
  await assert.rejects(
    decodePicture(pictureOfBytes("a.png", bytesOf("%PDF-1.4"))),
    /it is not PNG, JPEG, WebP, GIF, TIFF or AVIF/,
  );
  await assert.rejects(
    decodePicture(pictureOfBytes("a.png", new Uint8Array())),
    /it has no bytes/,
  );
});

Deno.test("a strip that the model cannot be shown is a bad picture", async () => {
  assert.ok(isStrip({ width: 2001, height: 10 }));
  assert.ok(isStrip({ width: 10, height: 2001 }));
  assert.ok(!isStrip({ width: 2000, height: 10 }));
  await decodePicture(pictureOfBytes("a.png", png(2000, 10)));
  for (const [width, height] of [[2100, 10], [1, 201], [99_999_999, 1]] as const) {
    const bytes = png(width, height, { raw: new Uint8Array(10) });
    await assert.rejects(decodePicture(pictureOfBytes("a.png", bytes)), (error) => {
      assert.ok(error instanceof BadImage);
      assert.equal(
        error.message,
        `a.png has ${width} x ${height} pixels: one side may be at most 200 times the ` +
          "other; crop the image, or remove it",
      );
      return true;
    });
  }
});
