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

/** Alpha above which a pixel counts as part of the object, of 255. */
export const VISIBLE_ALPHA = 60;

/** The longer side that an image is first rendered at, in pixels. */
export const RENDER_SIDE = 192;
