import type { Artist, Category } from "./categories.ts";

/** Pixels along each side of a sprite. */
export const SPRITE_SIDE = 64;

/** Every artist's picture of every category, ready to be drawn. */
export interface Sprites {
  /** SHA-256 of all pixels, hexadecimal. */
  readonly hash: string;
  /**
   * SPRITE_SIDE² RGBA pixels, colour not multiplied by alpha; the drawing is centred and its
   * longer side fills the sprite.
   */
  sprite(artist: Artist, category: Category): Uint8Array;
}

/** Where the rendered sprites are kept. */
export interface SpriteOptions {
  /** A folder; made where it is missing. */
  readonly cache?: string | URL;
}

/** The sprites, from the cache where it is sound, rendered (about a second) otherwise. */
export function loadSprites(_options: SpriteOptions = {}): Promise<Sprites> {
  return Promise.reject(new Error("not yet"));
}
