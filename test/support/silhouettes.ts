import type { Sprites } from "../../data/emoji/sprites.ts";

/**
 * The same outlines, all in one grey; of those of `category` alone where one is named.
 *
 * Scenes of white and of black silhouettes differ by exactly the alpha that was drawn, so the
 * difference shows where an object is without knowing how scenes are made.
 */
export function silhouettes(
  sprites: Sprites,
  grey: 0 | 255,
  category?: string,
): Sprites {
  return {
    get(artist, name) {
      const sprite = sprites.get(artist, name);
      if (category !== undefined && category !== name) return sprite;
      const data = new Uint8Array(sprite.data.length);
      for (let i = 0; i < data.length; i += 4) {
        const alpha = sprite.data[i + 3]!;
        data.fill(grey === 255 ? alpha : 0, i, i + 3); // colours are multiplied by alpha
        data[i + 3] = alpha;
      }
      return { ...sprite, data };
    },
  };
}
