import type { Box } from "../box.ts";
import type { RgbImage } from "../image.ts";
import { type Artist, CATEGORIES, type Category, KNOWN_ARTISTS } from "./categories.ts";
import type { Sprites } from "./sprites.ts";

/** Pixels along each side of a scene. */
export const SCENE_SIDE = 96;

/** One thing in a scene. */
export interface SceneObject {
  readonly category: Category;
  readonly artist: Artist;
  /** In pixels of the scene: the drawn pixels lie in [x1, x2) x [y1, y2). */
  readonly box: Box;
}

/** A picture and what is in it. */
export interface Scene {
  readonly image: RgbImage;
  /** In the order in which they were drawn: a later one may cover a little of an earlier one. */
  readonly objects: readonly SceneObject[];
}

/** What a scene is made of. */
export interface SceneOptions {
  /** Drawn from evenly; all 80 by default. */
  readonly categories?: readonly Category[];
  /** Drawn from evenly, object by object; the three known ones by default. */
  readonly artists?: readonly Artist[];
  /** How many objects: a number, or the weights of one, two, three …; [.35, .4, .25] by default. */
  readonly objects?: number | readonly number[];
  /** Share of scenes with several objects of which two are of one category; .25 by default. */
  readonly twins?: number;
  /** Categories of the first objects, in this order, whatever else is drawn. */
  readonly include?: readonly Category[];
}

/** A scene, a pure function of its arguments. */
export function scene(
  _sprites: Sprites,
  _seed: number,
  _index: number,
  _options: SceneOptions = {},
): Scene {
  void [CATEGORIES, KNOWN_ARTISTS];
  throw new Error("not yet");
}
