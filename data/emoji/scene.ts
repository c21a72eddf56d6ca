import { area, intersection, type PixelBox } from "../geometry/box.ts";
import type { RgbImage } from "../pictures/image.ts";
import { encodeMask, type Rle } from "../geometry/mask/rle.ts";
import { hashText, stream } from "../random.ts";
import type { Artist } from "./artists.ts";
import { type Sprite, SPRITE_SIDE, VISIBLE_ALPHA } from "./sprite.ts";
import type { Sprites } from "./sprites.ts";

/** Side of a scene, in pixels. */
export const SCENE_SIDE = 96;

/** A sprite in a scene. */
export interface SceneObject {
  /** Name of its category. */
  readonly category: string;
  /** Who drew it. */
  readonly artist: Artist;
  /** Bounds of what can be seen of it (alpha above 60), in pixels. */
  readonly box: PixelBox;
}

/** An image and what is in it. */
export interface Scene {
  /** `SCENE_SIDE` x `SCENE_SIDE` pixels. */
  readonly image: RgbImage;
  /** Painted in this order; at least one. */
  readonly objects: readonly SceneObject[];
}

/** A scene that can say which pixels an object has. */
export interface MaskedScene extends Scene {
  /** What can be seen of the object of this place: alpha above 60, less what lies over it. */
  mask(object: number): Rle;
}

/** What a scene may show. */
export interface SceneOptions {
  /** Artists to draw from; at least one. */
  readonly artists: readonly Artist[];
  /** Names of categories to draw from. */
  readonly categories: readonly string[];
  /** Objects; fewer if they do not fit. Default: 1, 2 or 3 with chances .35, .40 and .25. */
  readonly count?: number;
  /** Categories of the first objects; further ones are drawn. */
  readonly including?: readonly string[];
}

/** How much of the smaller of two boxes may lie under the other. */
const MAX_OVERLAP = 0.12;
const MAX_TURN = Math.PI / 12;
/** Share of the scenes with several objects that show two of one category. */
const TWINS = 0.25;
const SCENES = hashText("scene");

/**
 * A scene: sprites placed, scaled, mirrored and turned on a plain, shaded or noisy ground.
 *
 * A pure function of all of its arguments. A quarter of the scenes with several objects show
 * two of one category on purpose, unless `including` names two or more.
 *
 * @throws {RangeError} If there is no artist or no category to draw from.
 */
export function scene(
  sprites: Sprites,
  seed: number,
  index: number,
  options: SceneOptions,
): MaskedScene {
  const { artists, categories, including = [] } = options;
  if (artists.length === 0 || categories.length + including.length === 0) {
    throw new RangeError("A scene needs at least one artist and one category");
  }
  const next = stream(SCENES, seed, index);
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)]!;
  const draw = next();
  const count = options.count ?? (draw < 0.35 ? 1 : draw < 0.75 ? 2 : 3);
  const names = including.slice(0, count);
  while (names.length < count) {
    names.push(categories.length > 0 ? pick(categories) : pick(including));
  }
  const twins = next() < TWINS && count > 1 && including.length < 2;
  if (twins) names[1] = names[0]!;

  const pixels = ground(next);
  const objects: SceneObject[] = [], layers: Sprite[] = [];
  for (const category of names) {
    const artist = pick(artists);
    const sprite = sprites.get(artist, category);
    for (let attempt = 0; attempt < 12; attempt++) {
      const [least, most] = count === 1 ? [30, 60] : count === 2 ? [24, 52] : [24, 40];
      // Later attempts are smaller, so that nearly every object finds a place.
      const size = least + (most - least) * next() * (1 - attempt / 12);
      const layer = transform(sprite, size, (2 * next() - 1) * MAX_TURN, next() < 0.5);
      const x = Math.floor(next() * (SCENE_SIDE - layer.width + 1));
      const y = Math.floor(next() * (SCENE_SIDE - layer.height + 1));
      const box = { x1: x, y1: y, x2: x + layer.width, y2: y + layer.height };
      if (objects.some((other) => overlap(box, other.box) > MAX_OVERLAP)) continue;
      paint(pixels, layer, x, y);
      objects.push({ category, artist, box });
      layers.push(layer);
      break;
    }
  }
  return {
    image: { width: SCENE_SIDE, height: SCENE_SIDE, data: pixels },
    objects,
    mask: (object) => visible(object, objects, layers),
  };
}

function visible(
  object: number,
  objects: readonly SceneObject[],
  layers: readonly Sprite[],
): Rle {
  const pixels = new Uint8Array(SCENE_SIDE * SCENE_SIDE);
  for (let i = object; i < objects.length; i++) {
    const { x1: left, y1: top } = objects[i]!.box;
    const { width, height, data } = layers[i]!;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (data[(y * width + x) * 4 + 3]! <= VISIBLE_ALPHA) continue;
        pixels[(top + y) * SCENE_SIDE + left + x] = i === object ? 1 : 0;
      }
    }
  }
  return encodeMask({ width: SCENE_SIDE, height: SCENE_SIDE, pixels });
}

function overlap(a: PixelBox, b: PixelBox): number {
  return intersection(a, b) / Math.min(area(a), area(b));
}

/**
 * A sprite scaled to `size` along its longer side, turned and mirrored, and cut to the bounds
 * of its visible pixels.
 */
function transform(
  sprite: Sprite,
  size: number,
  angle: number,
  mirrored: boolean,
): Sprite {
  // Start from half size if that is nearer: linear sampling skips pixels below one half.
  const source = size < SPRITE_SIDE * 0.7 ? halved(sprite) : sprite;
  const scale = size / Math.max(source.width, source.height);
  const cos = Math.cos(angle) / scale, sin = Math.sin(angle) / scale;
  const reach = Math.ceil(Math.hypot(source.width, source.height) * scale / 2) + 1;
  const side = 2 * reach;
  const out = new Uint8Array(side * side * 4);
  let left = side, top = side, right = -1, bottom = -1;
  for (let y = 0; y < side; y++) {
    const dy = y + 0.5 - reach;
    for (let x = 0; x < side; x++) {
      const dx = mirrored ? reach - x - 0.5 : x + 0.5 - reach;
      const sx = cos * dx + sin * dy + source.width / 2 - 0.5;
      const sy = cos * dy - sin * dx + source.height / 2 - 0.5;
      if (sx <= -1 || sy <= -1 || sx >= source.width || sy >= source.height) continue;
      const at = (y * side + x) * 4;
      sample(source, sx, sy, out, at);
      if (out[at + 3]! <= VISIBLE_ALPHA) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  const width = right - left + 1, height = bottom - top + 1;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * side + left) * 4;
    data.set(out.subarray(from, from + width * 4), y * width * 4);
  }
  return { width, height, data };
}

/** Linear interpolation between four pixels; outside of the sprite all is transparent. */
function sample(
  { width, height, data }: Sprite,
  x: number,
  y: number,
  out: Uint8Array,
  at: number,
): void {
  const x0 = Math.floor(x), y0 = Math.floor(y), fx = x - x0, fy = y - y0;
  const row = (y0 * width + x0) * 4, below = row + width * 4;
  const leftIn = x0 >= 0, rightIn = x0 + 1 < width;
  const topIn = y0 >= 0, bottomIn = y0 + 1 < height;
  const a = leftIn && topIn ? (1 - fx) * (1 - fy) : 0;
  const b = rightIn && topIn ? fx * (1 - fy) : 0;
  const c = leftIn && bottomIn ? (1 - fx) * fy : 0;
  const d = rightIn && bottomIn ? fx * fy : 0;
  for (let channel = 0; channel < 4; channel++) {
    let value = 0.5;
    if (a > 0) value += a * data[row + channel]!;
    if (b > 0) value += b * data[row + 4 + channel]!;
    if (c > 0) value += c * data[below + channel]!;
    if (d > 0) value += d * data[below + 4 + channel]!;
    out[at + channel] = value;
  }
}

const halves = new WeakMap<Sprite, Sprite>();

/** The sprite at half its size, by the mean of four pixels. */
function halved(sprite: Sprite): Sprite {
  const known = halves.get(sprite);
  if (known !== undefined) return known;
  const width = Math.ceil(sprite.width / 2), height = Math.ceil(sprite.height / 2);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) {
          const px = 2 * x + (k & 1), py = 2 * y + (k >> 1);
          if (px >= sprite.width || py >= sprite.height) continue;
          sum += sprite.data[(py * sprite.width + px) * 4 + channel]!;
        }
        data[(y * width + x) * 4 + channel] = sum / 4;
      }
    }
  }
  const half = { width, height, data };
  halves.set(sprite, half);
  return half;
}

function paint(pixels: Uint8Array, layer: Sprite, left: number, top: number): void {
  for (let y = 0; y < layer.height; y++) {
    for (let x = 0; x < layer.width; x++) {
      const from = (y * layer.width + x) * 4;
      const rest = 1 - layer.data[from + 3]! / 255;
      const to = ((top + y) * SCENE_SIDE + left + x) * 3;
      for (let c = 0; c < 3; c++) {
        const value = layer.data[from + c]! + rest * pixels[to + c]!;
        pixels[to + c] = value > 255 ? 255 : value + 0.5;
      }
    }
  }
}

/** Plain (40 %), shaded from one colour to another (40 %), or softly spotted (20 %). */
function ground(next: () => number): Uint8Array {
  const colour = () => [next() * 255, next() * 255, next() * 255];
  const kind = next(), from = colour();
  if (kind < 0.4) return fill(() => from);
  if (kind < 0.8) {
    const to = colour(), angle = next() * 2 * Math.PI;
    const cos = Math.cos(angle), sin = Math.sin(angle);
    const mixed = [0, 0, 0];
    return fill((x, y) => {
      const t = 0.5 + (cos * (x - 0.5) + sin * (y - 0.5)) / Math.SQRT2;
      for (let c = 0; c < 3; c++) mixed[c] = from[c]! + t * (to[c]! - from[c]!);
      return mixed;
    });
  }
  const cells = 6;
  const grid = Float32Array.from(
    { length: (cells + 1) ** 2 * 3 },
    (_, i) => Math.min(255, Math.max(0, from[i % 3]! + (next() - 0.5) * 120)),
  );
  const mixed = [0, 0, 0];
  return fill((x, y) => {
    const gx = Math.floor(x * cells), gy = Math.floor(y * cells);
    const fx = x * cells - gx, fy = y * cells - gy;
    const at = (gy * (cells + 1) + gx) * 3, below = at + (cells + 1) * 3;
    for (let c = 0; c < 3; c++) {
      mixed[c] = (1 - fy) * ((1 - fx) * grid[at + c]! + fx * grid[at + 3 + c]!) +
        fy * ((1 - fx) * grid[below + c]! + fx * grid[below + 3 + c]!);
    }
    return mixed;
  });
}

/** An opaque image from a colour for each place in [0, 1)². */
function fill(colour: (x: number, y: number) => readonly number[]): Uint8Array {
  const pixels = new Uint8Array(SCENE_SIDE * SCENE_SIDE * 3);
  let at = 0;
  for (let y = 0; y < SCENE_SIDE; y++) {
    for (let x = 0; x < SCENE_SIDE; x++) {
      const value = colour(x / SCENE_SIDE, y / SCENE_SIDE);
      for (let c = 0; c < 3; c++) pixels[at++] = value[c]!;
    }
  }
  return pixels;
}
