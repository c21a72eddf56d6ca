import { type Box, pixelsToFrame } from "../geometry/box.ts";
import { CATEGORIES, type CategoryGroup } from "./categories.ts";
import { type Scene, SCENE_SIDE, type SceneObject } from "./scene.ts";

/** The position of one object relative to another. */
export type Relation = "left of" | "right of" | "above" | "below";

/** All relations. */
export const RELATIONS: readonly Relation[] = ["left of", "right of", "above", "below"];

/** Groups whose name can stand for a thing; "object" cannot, since everything is one. */
export const GROUP_NOUNS: readonly CategoryGroup[] = [
  "animal",
  "vehicle",
  "food",
  "plant",
];

/** Words that mean exactly one object of a scene. */
export interface Reference {
  /** For instance "the animal left of the car". */
  readonly sentence: string;
  /** Of the object that is meant, in the frame 0–1000. */
  readonly box: Box;
  /** Its place among the scene's objects. */
  readonly meant: number;
  /** Objects that the noun alone could mean; 1 if the noun is enough. */
  readonly candidates: number;
}

/** Least distance of two centres along the relation's axis, in pixels. */
const MARGIN = 12;

const groups = new Map(CATEGORIES.map(({ name, group }) => [name, group]));

/**
 * All sentences "the NOUN RELATION the NAME" that mean one object of a scene and no other.
 *
 * The noun is a category or a group, the name a category that the scene shows once. The meant
 * object's centre lies at least 12 pixels to the stated side of the named object's centre and
 * not farther off along the other axis; no other object that the noun fits lies on that side
 * at all.
 *
 * @example Two cats and a dog between them
 * ```ts
 * import { references } from "./references.ts";
 *
 * const at = (category: string, x: number) => ({
 *   category,
 *   artist: "noto" as const,
 *   box: { x1: x, y1: 40, x2: x + 20, y2: 60 },
 * });
 * const found = references({ objects: [at("cat", 0), at("dog", 35), at("cat", 70)] });
 * found.map(({ sentence }) => sentence);
 * // the cat left of the dog, the animal left of the dog, the cat right of the dog, …
 * ```
 */
export function references(scene: Pick<Scene, "objects">): Reference[] {
  const { objects } = scene;
  return objects.flatMap((meant, place) =>
    objects
      .filter((anchor) => anchor !== meant && isOnly(anchor, objects))
      .flatMap((anchor) =>
        nouns(meant.category).flatMap((noun) => {
          const fitting = objects.filter((object) =>
            object !== anchor && nouns(object.category).includes(noun)
          );
          return RELATIONS
            .filter((relation) =>
              isClearly(relation, meant, anchor) &&
              fitting.every((rival) =>
                rival === meant || distance(relation, rival, anchor) <= 0
              )
            )
            .map((relation) => ({
              sentence: `the ${noun} ${relation} the ${anchor.category}`,
              box: pixelsToFrame(meant.box, SCENE_SIDE, SCENE_SIDE),
              meant: place,
              candidates: fitting.length,
            }));
        })
      )
  );
}

/** What a thing may be called. */
function nouns(category: string): string[] {
  const group = groups.get(category);
  return group !== undefined && GROUP_NOUNS.includes(group)
    ? [category, group]
    : [category];
}

function isOnly(object: SceneObject, objects: readonly SceneObject[]): boolean {
  return objects.filter(({ category }) => category === object.category).length === 1;
}

function isClearly(relation: Relation, a: SceneObject, b: SceneObject): boolean {
  const along = distance(relation, a, b);
  const farthest = Math.max(...RELATIONS.map((other) => distance(other, a, b)));
  return along >= MARGIN && along === farthest;
}

/** How far `a` lies to the stated side of `b`, between their centres, in pixels. */
function distance(relation: Relation, a: SceneObject, b: SceneObject): number {
  const dx = (a.box.x1 + a.box.x2 - b.box.x1 - b.box.x2) / 2;
  const dy = (a.box.y1 + a.box.y2 - b.box.y1 - b.box.y2) / 2;
  switch (relation) {
    case "left of":
      return -dx;
    case "right of":
      return dx;
    case "above":
      return -dy;
    case "below":
      return dy;
  }
}
