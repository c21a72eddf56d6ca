import assert from "node:assert/strict";
import { ARTISTS } from "../../../data/emoji/artists.ts";
import { CATEGORIES } from "../../../data/emoji/categories.ts";
import { SPRITE_SIDE, VISIBLE_ALPHA } from "../../../data/emoji/sprite.ts";
import { loadSprites, type Sprites } from "../../../data/emoji/sprites.ts";

function each(sprites: Sprites) {
  return ARTISTS.flatMap((artist) =>
    CATEGORIES.map(({ name }) => ({ artist, name, sprite: sprites.get(artist, name) }))
  );
}

Deno.test("every artist has drawn every category, trimmed to what can be seen", async () => {
  for (const { artist, name, sprite } of each(await loadSprites())) {
    const { width, height, data } = sprite;
    assert.equal(Math.max(width, height), SPRITE_SIDE, `${artist} ${name}`);
    assert.equal(data.length, width * height * 4);
    const alpha = (x: number, y: number) => data[(y * width + x) * 4 + 3]!;
    const column = (x: number) => Array.from({ length: height }, (_, y) => alpha(x, y));
    const row = (y: number) => Array.from({ length: width }, (_, x) => alpha(x, y));
    for (const edge of [column(0), column(width - 1), row(0), row(height - 1)]) {
      // Shrinking thins a tip that was one pixel wide.
      assert.ok(Math.max(...edge) > VISIBLE_ALPHA / 3, `${artist} ${name}`);
    }
    for (let i = 0; i < data.length; i += 4) {
      assert.ok(data[i]! <= data[i + 3]!, "colours are multiplied by alpha");
    }
  }
});

Deno.test("no two sprites are the same picture", async () => {
  const seen = new Map<string, string>();
  for (const { artist, name, sprite } of each(await loadSprites())) {
    const pixels = sprite.data.toBase64();
    assert.equal(seen.get(pixels), undefined, `${artist} ${name}`);
    seen.set(pixels, `${artist} ${name}`);
  }
});

Deno.test("an unknown category or artist is named", async () => {
  const sprites = await loadSprites();
  assert.throws(() => sprites.get("noto", "gryphon"), /no sprite of "gryphon" by "noto"/);
});

Deno.test("the cache is one file, and a damaged one is made anew", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const rendered = each(await loadSprites(folder));
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assert.equal(files.length, 1, `${files}`);
    const path = `${folder}/${files[0]}`;
    const sound = await Deno.readFile(path);
    assert.deepEqual(each(await loadSprites(folder)), rendered);

    const flipped = sound.slice();
    flipped[sound.length >> 1]! ^= 1;
    for (const damaged of [flipped, sound.subarray(0, 1000)]) {
      await Deno.writeFile(path, damaged);
      assert.deepEqual(each(await loadSprites(folder)), rendered);
      assert.deepEqual(await Deno.readFile(path), sound);
    }
    assert.equal([...Deno.readDirSync(folder)].length, 1, "no temporary file is left");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a cache folder that cannot be made costs time, nothing else", async () => {
  const file = await Deno.makeTempFile();
  try {
    assert.deepEqual(each(await loadSprites(`${file}/in`)), each(await loadSprites()));
  } finally {
    await Deno.remove(file);
  }
});
