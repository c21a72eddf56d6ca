import sharp from "npm:sharp@0.35.5";
import { cacheFolder } from "../files/cache_folder.ts";
import { type Artist, ARTISTS } from "./artists.ts";
import { CATEGORIES, type Category } from "./categories.ts";

/** The longer side of a sprite, in pixels. */
export const SPRITE_SIDE = 64;

/** An image with transparency, trimmed to what can be seen. */
export interface Sprite {
  /** In pixels, 1 to `SPRITE_SIDE`. */
  readonly width: number;
  /** In pixels, 1 to `SPRITE_SIDE`. */
  readonly height: number;
  /** RGBA, row by row, colours multiplied by alpha; width · height · 4 bytes. */
  readonly data: Uint8Array;
}

/** Every category by every artist. */
export interface Sprites {
  /**
   * The sprite of a category by an artist.
   *
   * @throws {RangeError} If there is no such artist or category.
   */
  get(artist: Artist, category: string): Sprite;
}

/** Alpha above which a pixel counts as part of the object, of 255. */
export const VISIBLE_ALPHA = 60;

const FORMAT = 1;
const RENDER_SIDE = 192;

/**
 * Loads the embedded sprites; the first call on a machine renders them from the artists'
 * packages (about 2 s of processor time) and keeps them in a cache file, which is written whole or not at
 * all. A damaged or outdated cache file is replaced.
 *
 * @param cache Folder of the cache file; default: {@linkcode cacheFolder}.
 */
export async function loadSprites(cache: string = cacheFolder()): Promise<Sprites> {
  const path = `${cache}/sprites-${await digest(recipe())}.bin`;
  return await readCache(path) ?? await renderAll(path);
}

/** What the cache depends on, as bytes. */
function recipe(): Uint8Array<ArrayBuffer> {
  const list = { FORMAT, RENDER_SIDE, SPRITE_SIDE, ARTISTS, CATEGORIES };
  return new TextEncoder().encode(JSON.stringify(list));
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toHex().slice(0, 16);
}

const key = (artist: Artist, category: string) => `${artist}/${category}`;

function collection(sprites: ReadonlyMap<string, Sprite>): Sprites {
  return {
    get(artist, category) {
      const sprite = sprites.get(key(artist, category));
      if (sprite === undefined) {
        throw new RangeError(
          `There is no sprite of "${category}" by "${artist}": see data/emoji/categories.ts`,
        );
      }
      return sprite;
    },
  };
}

// A cache file: the SHA-256 of the rest (8 bytes of it, in hex), then for each artist and
// category in order its width, height and pixels.

async function readCache(path: string): Promise<Sprites | undefined> {
  const bytes = await Deno.readFile(path).catch(() => undefined);
  if (bytes === undefined || bytes.length < 16) return undefined;
  const body = bytes.slice(16);
  if (new TextDecoder().decode(bytes.subarray(0, 16)) !== await digest(body)) {
    return undefined;
  }
  const sprites = new Map<string, Sprite>();
  let at = 0;
  for (const artist of ARTISTS) {
    for (const { name } of CATEGORIES) {
      const width = body[at]!, height = body[at + 1]!;
      const data = body.subarray(at + 2, at += 2 + width * height * 4);
      sprites.set(key(artist, name), { width, height, data });
    }
  }
  return collection(sprites);
}

async function writeCache(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const body = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  const head = new TextEncoder().encode(await digest(body));
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  await Deno.writeFile(temporary, bytes);
  await Deno.rename(temporary, path);
}

async function renderAll(path: string): Promise<Sprites> {
  const sprites = new Map<string, Sprite>();
  const parts: Uint8Array[] = [];
  for (const artist of ARTISTS) {
    const draw = await (artist === "fluent" ? fluentSource() : iconSource(artist));
    const drawn = await Promise.all(
      CATEGORIES.map(async (category) => await render(await draw(category))),
    );
    drawn.forEach((sprite, i) => {
      sprites.set(key(artist, CATEGORIES[i]!.name), sprite);
      parts.push(Uint8Array.of(sprite.width, sprite.height), sprite.data);
    });
  }
  // A folder that cannot be written costs time at the next start, nothing else.
  await writeCache(path, parts).catch(() => undefined);
  return collection(sprites);
}

/** An image of a category: SVG text or an image file's bytes. */
type Draw = (category: Category) => Uint8Array | Promise<Uint8Array>;

// Imported, not required: `require` finds no package from a folder without node_modules, nor from
// a file that came over http.
const ICON_SETS = {
  noto: () => import("npm:@iconify-json/noto@1.2.9"),
  openmoji: () => import("npm:@iconify-json/openmoji@1.2.29"),
  twemoji: () => import("npm:@iconify-json/twemoji@1.2.5"),
} as const;

function missing(category: Category, artist: string): RangeError {
  return new RangeError(
    `${artist} has no image of ${category.name} (${category.codePoint}): run \`deno install\` again`,
  );
}

async function iconSource(artist: keyof typeof ICON_SETS): Promise<Draw> {
  const { icons: set, chars } = await ICON_SETS[artist]();
  const names = new Map(
    Object.entries(chars).map(([code, name]) => [code.replaceAll("-fe0f", ""), name]),
  );
  return (category) => {
    const name = names.get(category.codePoint);
    const icon = name === undefined
      ? undefined
      : set.icons[set.aliases?.[name]?.parent ?? name];
    if (icon === undefined) throw missing(category, artist);
    const width = icon.width ?? set.width ?? 16, height = icon.height ?? set.height ?? 16;
    return new TextEncoder().encode(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
        `width="${RENDER_SIDE}" height="${RENDER_SIDE}">${icon.body}</svg>`,
    );
  };
}

async function fluentSource(): Promise<Draw> {
  // Resolving finds only a package that has been imported.
  await import("npm:@lobehub/fluent-emoji-3d@1.1.0/package.json", {
    with: { type: "json" },
  });
  const root = import.meta.resolve("npm:@lobehub/fluent-emoji-3d@1.1.0/package.json");
  const folder = new URL("assets/", root);
  const files = new Map(
    [...Deno.readDirSync(folder)].map((
      { name },
    ) => [name.replaceAll("-fe0f", "").replace(/\.webp$/, ""), name]),
  );
  return (category) => {
    const name = files.get(category.codePoint);
    if (name === undefined) throw missing(category, "fluent");
    return Deno.readFile(new URL(name, folder));
  };
}

/** Rendered, trimmed, fitted into a square of SPRITE_SIDE, colours multiplied by alpha. */
async function render(source: Uint8Array): Promise<Sprite> {
  const full = await sharp(source)
    .resize(RENDER_SIDE, RENDER_SIDE, { fit: "inside" })
    .ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = full.info;
  let left = width, top = height, right = -1, bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (full.data[(y * width + x) * 4 + 3]! <= VISIBLE_ALPHA) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  const { data, info } = await sharp(full.data, { raw: { width, height, channels: 4 } })
    .extract({ left, top, width: right - left + 1, height: bottom - top + 1 })
    .resize(SPRITE_SIDE, SPRITE_SIDE, { fit: "inside" })
    .raw().toBuffer({ resolveWithObject: true });
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]! / 255;
    for (let c = 0; c < 3; c++) data[i + c] = Math.round(data[i + c]! * alpha);
  }
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}
