import sharp from "npm:sharp@0.35.5";
import type { Artist } from "./artists.ts";
import { CATEGORIES, type Category } from "./categories.ts";
import { RENDER_SIDE, type Sprite, SPRITE_SIDE, VISIBLE_ALPHA } from "./sprite.ts";

/** Renders the sprites of an artist from the artist's package, in the order of `CATEGORIES`. */
export async function renderSprites(artist: Artist): Promise<Sprite[]> {
  const draw = await (artist === "fluent" ? fluentSource() : iconSource(artist));
  return await Promise.all(
    CATEGORIES.map(async (category) => await render(await draw(category))),
  );
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
