import assert from "node:assert/strict";
import type { RgbImage } from "../../../../data/pictures/image.ts";
import {
  parsePreprocessor,
  processImage,
} from "../../../../stages/model/qwen2_vl/image_processor.ts";
import { openSafetensors } from "../../../../stages/model/safetensors/open.ts";
import {
  fixturePath,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../../support/fixtures.ts";
import { FAMILIES } from "../../../../stages/model/families.ts";

const plain = { image_mean: [0, 0, 0], image_std: [1, 1, 1], rescale_factor: 1 };

for (const family of Object.keys(FAMILIES)) {
  const pictures = `${family}/expected/images_u8.safetensors`;
  const values = `${family}/expected/pixel_values.safetensors`;
  const settings = `${family}/tiny-untied/preprocessor_config.json`;
  referenceTest(
    `processImage() equals the reference's pixel values on every picture of ${family}`,
    [pictures, values, settings],
    () => compare(pictures, values, settings),
  );
}

async function compare(picturesPath: string, valuesPath: string, settings: string) {
  const pictures = await openSafetensors(fixturePath(picturesPath, REFERENCE));
  const values = await openSafetensors(fixturePath(valuesPath, REFERENCE));
  const preprocessor = parsePreprocessor(readFixture(settings, REFERENCE), settings);
  try {
    const names = [...values.tensors.keys()]
      .filter((name) => pictures.tensors.has(`${name}__rgb`));
    assert.ok(names.length > 0);
    for (const name of names) {
      const [height, width] = pictures.tensors.get(`${name}__rgb`)!.shape as [
        number,
        number,
      ];
      const image = { width, height, data: await pictures.readBytes(`${name}__rgb`) };
      const { pixelValues } = processImage(image, preprocessor);
      const reference = await values.read(name);
      assert.equal(pixelValues.length, reference.length, name);
      const worst = reference.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - pixelValues[i]!)),
        0,
      );
      assert.ok(worst <= 5e-7, `${name}: ${worst}`);
    }
  } finally {
    pictures.close();
    values.close();
  }
}

const TABLE = "qwen2_vl/expected/processing.json";
const PICTURES = "qwen2_vl/expected/images_u8.safetensors";
const SETTINGS = "qwen2_vl/tiny-untied/preprocessor_config.json";

referenceTest(
  "processImage() gives every picture of the reference its grid",
  [TABLE, PICTURES, SETTINGS],
  async () => {
    const { images } = readFixture<
      { images: Record<string, { image_grid_thw: number[] }> }
    >(TABLE, REFERENCE);
    const preprocessor = parsePreprocessor(readFixture(SETTINGS, REFERENCE), SETTINGS);
    const pictures = await openSafetensors(fixturePath(PICTURES, REFERENCE));
    try {
      assert.ok(Object.keys(images).length > 0);
      for (const [name, { image_grid_thw }] of Object.entries(images)) {
        const [height, width] = pictures.tensors.get(`${name}__rgb`)!.shape as [
          number,
          number,
        ];
        const data = await pictures.readBytes(`${name}__rgb`);
        const { grid } = processImage({ width, height, data }, preprocessor);
        assert.deepEqual(grid, image_grid_thw, name);
      }
    } finally {
      pictures.close();
    }
  },
);

Deno.test("processImage() puts merge squares, patches, channels, frames and rows in order", () => {
  const preprocessor = parsePreprocessor({
    ...plain,
    patch_size: 1,
    temporal_patch_size: 2,
    merge_size: 2,
    min_pixels: 1,
    max_pixels: 1000,
  }, "");
  const image: RgbImage = {
    width: 4,
    height: 2,
    // Red counts the pixels, green and blue tell the channel.
    data: Uint8Array.from({ length: 24 }, (_, i) => 100 * (i % 3) + Math.floor(i / 3)),
  };
  const { pixelValues, grid } = processImage(image, preprocessor);
  assert.deepEqual(grid, [1, 2, 4]);
  const patch = (n: number) => [n, n, 100 + n, 100 + n, 200 + n, 200 + n];
  assert.deepEqual([...pixelValues], [0, 1, 4, 5, 2, 3, 6, 7].flatMap(patch));
});

Deno.test("parsePreprocessor() reads both spellings of the limits, the older one first", () => {
  const limits = (json: unknown) => {
    const { minPixels, maxPixels } = parsePreprocessor(json, "p.json");
    return [minPixels, maxPixels];
  };
  const size = { shortest_edge: 10, longest_edge: 20 };
  assert.deepEqual(limits({ size }), [10, 20]);
  assert.deepEqual(limits({ size, min_pixels: 1, max_pixels: 2 }), [1, 2]);
  assert.deepEqual(limits({ size, min_pixels: null, max_pixels: null }), [10, 20]);
  assert.deepEqual(limits({ size: { min_pixels: 3, max_pixels: 4 } }), [3, 4]);
  assert.deepEqual(limits({}), [3136, 12845056]);
});

Deno.test("parsePreprocessor() names the file, the path and what was expected", () => {
  assert.throws(
    () => parsePreprocessor({ image_mean: [0, "x", 0] }, "p.json"),
    /SyntaxError: p\.json: \.image_mean\[1\] must be a number/,
  );
  assert.throws(
    () => parsePreprocessor({ image_std: [1, 0, 1] }, "p.json"),
    /image_std\[1\]/,
  );
  assert.throws(() => parsePreprocessor({ resample: 2 }, "p.json"), /resample/);
  assert.throws(
    () => parsePreprocessor({ min_pixels: 5, max_pixels: 4 }, "p.json"),
    /min_pixels.*5.*max_pixels 4/,
  );
  assert.throws(() => parsePreprocessor([], "p.json"), SyntaxError);
});

Deno.test("parsePreprocessor() refuses sizes and levels that no picture takes", () => {
  const wrong: [object, RegExp][] = [
    [{ max_pixels: 1e12 }, /max_pixels .*1000000000000/],
    [{ min_pixels: 1e6, max_pixels: 1e7 }, /min_pixels .*1000000, more than 401408/],
    [{ patch_size: 1025 }, /patch_size/],
    [{ merge_size: 65 }, /merge_size/],
    [{ temporal_patch_size: 1e9 }, /temporal_patch_size/],
    [{ image_std: [1, 1e-300, 1] }, /image_std .*Infinity/],
    [{ image_mean: [1e300, 0, 0] }, /image_mean .*Infinity/],
    [{ rescale_factor: 1e300 }, /rescale_factor,.*Infinity/],
  ];
  for (const [json, message] of wrong) {
    assert.throws(() => parsePreprocessor(json, "p.json"), (error: Error) => {
      assert.ok(error instanceof SyntaxError, error.stack);
      assert.match(error.message, /^p\.json: .*fetch the file again$/);
      assert.match(error.message, message);
      return true;
    });
  }
});
