import assert from "node:assert/strict";
import fc from "fast-check";
import sharp from "sharp";
import { decodeImage, encodePng } from "../../../data/pictures/image.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";
import { fixture, fixturePath, readFixture } from "../../support/fixtures.ts";

interface Processing {
  readonly images: Readonly<Record<string, { readonly file: string }>>;
}

Deno.test("decoded pictures equal the reference's, transparency and greyscale too", async (t) => {
  const { images } = readFixture<Processing>("qwen2_vl/expected/processing.json");
  const expected = await openSafetensors(
    fixturePath("qwen2_vl/expected/images_u8.safetensors"),
  );
  for (const [name, { file }] of Object.entries(images)) {
    if (!expected.tensors.has(`${name}__rgb`)) continue;
    await t.step(name, async () => {
      const { width, height, data } = await decodeImage(
        fixturePath(`qwen2_vl/images/${file}`),
      );
      const rgb = `${name}__rgb`;
      assert.deepEqual([height, width, 3], [...expected.tensors.get(rgb)!.shape]);
      const levels = await expected.readBytes(rgb);
      const farthest = data.reduce((d, v, i) => Math.max(d, Math.abs(v - levels[i]!)), 0);
      // JPEG decoders may round differently; PNG is exact.
      assert.ok(farthest <= (file.endsWith(".jpg") ? 1 : 0), `${farthest} levels off`);
    });
  }
});

Deno.test("encodePng() keeps every pixel", async () => {
  const picture = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([width, height]) =>
      fc.uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
        .map((data) => ({ width, height, data }))
    );
  await fc.assert(
    fc.asyncProperty(picture, async (image) => {
      const { width, height, data } = await decodeImage(await encodePng(image));
      assert.deepEqual([width, height, [...data]], [
        image.width,
        image.height,
        [...image.data],
      ]);
    }),
    { numRuns: 20 },
  );
});

Deno.test("what is transparent is white, what is half so is half white", async () => {
  const rgba = Uint8Array.of(255, 0, 0, 0, 200, 100, 0, 51, 10, 20, 30, 255);
  const png = await sharp(rgba, { raw: { width: 3, height: 1, channels: 4 } }).png()
    .toBuffer();
  // 51 / 255 = .2: .2 * 200 + .8 * 255 = 244, .2 * 100 + .8 * 255 = 224, .8 * 255 = 204
  assert.deepEqual([...(await decodeImage(png)).data], [
    ...[255, 255, 255],
    ...[244, 224, 204],
    ...[10, 20, 30],
  ]);
});

Deno.test("a picture is turned as its EXIF orientation says", async () => {
  const leftRed = Uint8Array.of(255, 0, 0, 0, 0, 255);
  const sideways = await sharp(leftRed, { raw: { width: 2, height: 1, channels: 3 } })
    .withMetadata({ orientation: 6 }).png().toBuffer(); // turn by 90° clockwise
  const { width, height, data } = await decodeImage(sideways);
  assert.deepEqual([width, height, [...data]], [1, 2, [...leftRed]]);
});

Deno.test("sixteen bits become eight", async () => {
  const grey = await sharp(Uint8Array.of(0, 128, 255), {
    raw: { width: 3, height: 1, channels: 1 },
  }).toColourspace("grey16").png().toBuffer();
  assert.equal((await sharp(grey).metadata()).depth, "ushort");
  const { data } = await decodeImage(grey);
  assert.deepEqual([...data], [0, 0, 0, 128, 128, 128, 255, 255, 255]);
});

Deno.test("a JPEG that is called .png decodes", async () => {
  const { width, height } = await decodeImage(
    fixture("data/corrupt/jpeg_named_png.png"),
  );
  assert.ok(width > 0 && height > 0);
});

Deno.test("a damaged file is named, with what to do", async () => {
  for (const file of ["empty.png", "text.png", "truncated.png"]) {
    await assert.rejects(
      decodeImage(fixturePath(`data/corrupt/${file}`)),
      (error: Error) =>
        error instanceof TypeError && error.message.includes(file) &&
        /Cannot decode .*; give a whole PNG/.test(error.message),
    );
  }
  await assert.rejects(
    decodeImage(new Uint8Array(5), { name: "row 3 of a.parquet" }),
    /Cannot decode row 3 of a\.parquet/,
  );
});

Deno.test("a picture with too many pixels is refused before it is decoded", async () => {
  const image = { width: 20, height: 20, data: new Uint8Array(1200) };
  const png = await encodePng(image);
  await decodeImage(png, { maxPixels: 400 });
  await assert.rejects(
    decodeImage(png, { name: "huge.png", maxPixels: 399 }),
    /Cannot decode huge\.png: it has more than 399 pixels/,
  );
});
