import { cacheFolder } from "../files/cache_folder.ts";
import { type Artist, ARTISTS } from "./artists.ts";
import { CATEGORIES } from "./categories.ts";
import { RENDER_SIDE, type Sprite, SPRITE_SIDE } from "./sprite.ts";

/** Every category by every artist. */
export interface Sprites {
  /**
   * The sprite of a category by an artist.
   *
   * @throws {RangeError} If there is no such artist or category.
   */
  get(artist: Artist, category: string): Sprite;
}

const FORMAT = 1;

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
  // Loaded if it is needed: the artists' packages and sharp are not, from the second start on.
  const { renderSprites } = await import("./render_sprites.ts");
  const sprites = new Map<string, Sprite>();
  const parts: Uint8Array[] = [];
  for (const artist of ARTISTS) {
    const drawn = await renderSprites(artist);
    drawn.forEach((sprite, i) => {
      sprites.set(key(artist, CATEGORIES[i]!.name), sprite);
      parts.push(Uint8Array.of(sprite.width, sprite.height), sprite.data);
    });
  }
  // A folder that cannot be written costs time at the next start, nothing else.
  await writeCache(path, parts).catch(() => undefined);
  return collection(sprites);
}
