import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { encodePng } from "../../../data/pictures/image.ts";
import {
  BadImage,
  decodePicture,
  pictureInFolder,
  pictureOfBytes,
  pictureSize,
} from "../../../data/pictures/picture.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";
import { EXPECTED } from "../../support/fixture_rows.ts";

const red = { width: 3, height: 2, data: new Uint8Array(18).fill(200) };

Deno.test("a picture is read from its folder, and from nowhere else", async () => {
  await inFolder(async (outer) => {
    const root = join(outer, "data");
    await Deno.mkdir(join(root, "inner"), { recursive: true });
    const png = await encodePng(red);
    for (const path of ["data/a.png", "data/inner/b.png", "secret.png"]) {
      await Deno.writeFile(join(outer, path), png);
    }
    await Deno.symlink(join(outer, "secret.png"), join(root, "link.png"));
    await Deno.symlink(join(root, "a.png"), join(root, "inside.png"));
    await Deno.symlink(outer, join(root, "up"));
    const place = "train.jsonl, line 3";
    for (
      const path of [
        "a.png",
        "./inner/../a.png",
        "inner/b.png",
        "inside.png",
        join(root, "a.png"),
      ]
    ) {
      assert.deepEqual(await decodePicture(pictureInFolder(root, path, place)), red);
    }
    const message =
      /^train\.jsonl, line 3: the image ".*" is outside of the data's folder/;
    for (
      const path of [
        "../secret.png",
        "inner/../../secret.png",
        join(outer, "secret.png"),
        "a.png\0.jpg",
      ]
    ) {
      assert.throws(() => pictureInFolder(root, path, place), {
        name: "RangeError",
        message,
      });
    }
    // A name that begins with two dots is no way up.
    await Deno.writeFile(join(root, "..a.png"), png);
    assert.deepEqual(await decodePicture(pictureInFolder(root, "..a.png", place)), red);
    for (const path of ["link.png", "up/secret.png"]) {
      await assert.rejects(pictureInFolder(root, path, place).bytes(), (error: Error) => {
        assert.ok(error instanceof RangeError && !(error instanceof BadImage));
        assert.match(error.message, message);
        return true;
      });
    }
  });
});

Deno.test("what cannot be had or decoded is a BadImage that names the place", async (t) => {
  const place = "train.jsonl, line 3";
  for (const path of ["no.png", "a.png/no.png"]) {
    await assert.rejects(
      decodePicture(pictureInFolder(fixturePath("data"), path, place)),
      {
        message:
          `${place}: ${path}: there is no such file; put the image there, or remove what ` +
          "names it",
      },
    );
  }
  const pictures = Object.entries(EXPECTED).filter(([name]) =>
    /\.(png|jpe?g)$/.test(name)
  );
  assert.ok(pictures.length >= 4);
  for (const [name, { must_fail }] of pictures) {
    await t.step(name, async () => {
      const picture = pictureInFolder(fixturePath("data"), name, place);
      if (!must_fail) return void await decodePicture(picture);
      await assert.rejects(decodePicture(picture), (error: Error) => {
        assert.ok(error instanceof BadImage, error.stack);
        assert.ok(error.message.includes(`${place}: ${name}`), error.message);
        return true;
      });
    });
  }
});

Deno.test("a picture that unpacks to too much is refused by its header", async () => {
  const side = 3000; // a few kB that become 36 MB
  const bomb = await sharp({
    create: { width: side, height: side, channels: 3, background: "red" },
  })
    .png().toBuffer();
  assert.ok(bomb.length * 100 < side * side * 3);
  const picture = pictureOfBytes("bomb.png", bomb);
  await assert.rejects(decodePicture(picture, side * side - 1), (error: Error) => {
    assert.ok(error instanceof BadImage);
    assert.match(
      error.message,
      /bomb\.png: it has more than 8999999 pixels; .* by max-pixels/,
    );
    return true;
  });
  assert.deepEqual(await pictureSize(picture), { width: side, height: side });
  // A header that promises 10^10 pixels over nothing at all.
  const huge = new Uint8Array(await encodePng(red));
  new DataView(huge.buffer).setUint32(16, 100_000);
  new DataView(huge.buffer).setUint32(20, 100_000);
  await assert.rejects(decodePicture(pictureOfBytes("huge.png", huge)), BadImage);
});

Deno.test("the kinds of files that cameras and scanners write become 8-bit RGB", async (t) => {
  const base = () =>
    sharp({
      create: {
        width: 40,
        height: 20,
        channels: 3,
        background: { r: 200, g: 100, b: 40 },
      },
    });
  // A colour that ink has too.
  const muted = () =>
    sharp({
      create: {
        width: 40,
        height: 20,
        channels: 3,
        background: { r: 150, g: 140, b: 130 },
      },
    });
  const grey = sharp(new Uint8Array(800).fill(128), {
    raw: { width: 40, height: 20, channels: 1 },
  });
  const deep = sharp(new Uint16Array(2400).fill(0x8080), {
    raw: { width: 40, height: 20, channels: 3 },
  });
  const cases: [string, Uint8Array, readonly number[], readonly number[]][] = [
    ["JPEG", await base().jpeg({ quality: 100 }).toBuffer(), [40, 20], [200, 100, 40]],
    ["PNG", await base().png().toBuffer(), [40, 20], [200, 100, 40]],
    ["WebP", await base().webp({ lossless: true }).toBuffer(), [40, 20], [200, 100, 40]],
    [
      "EXIF turned",
      await base().jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer(),
      [20, 40],
      [200, 100, 40],
    ],
    ["greyscale", await grey.toColourspace("b-w").png().toBuffer(), [40, 20], [
      128,
      128,
      128,
    ]],
    ["16 bits", await deep.toColourspace("rgb16").png().toBuffer(), [40, 20], [
      128,
      128,
      128,
    ]],
    ["palette", await base().png({ palette: true }).toBuffer(), [40, 20], [200, 100, 40]],
    ["transparent", await base().ensureAlpha(0).png().toBuffer(), [40, 20], [
      255,
      255,
      255,
    ]],
    ["CMYK", await muted().toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer(), [
      40,
      20,
    ], [150, 140, 130]],
  ];
  for (const [name, bytes, size, colour] of cases) {
    await t.step(name, async () => {
      const picture = pictureOfBytes(name, bytes);
      const { width, height, data } = await decodePicture(picture);
      assert.deepEqual([width, height], size);
      assert.deepEqual(await pictureSize(picture), { width, height });
      assert.equal(data.length, width * height * 3);
      // Conversions to and from CMYK go through profiles.
      const most = name === "CMYK"
        ? 25
        : name.startsWith("JPEG") || name === "EXIF turned"
        ? 2
        : 1;
      const middle = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
      colour.forEach((level, c) =>
        assert.ok(
          Math.abs(data[middle + c]! - level) <= most,
          `${data.slice(middle, middle + 3)}`,
        )
      );
    });
  }
});
