/** Whose drawings there are; the same concepts, four independent hands. */
export type Artist = "noto" | "twemoji" | "fluent" | "openmoji";

/** All four artists. */
export const ARTISTS: readonly Artist[] = ["noto", "twemoji", "fluent", "openmoji"];

/** The artists that the embedded model is taught on; `openmoji` is held out entirely. */
export const KNOWN_ARTISTS: readonly Artist[] = ["noto", "twemoji", "fluent"];

/** A coarse class, and the noun of a question such as "the animal left of the car". */
export type CategoryGroup =
  | "animal"
  | "vehicle"
  | "food"
  | "plant"
  | "instrument"
  | "garment"
  | "building"
  | "object";

/** One concept that all four artists have drawn. */
export interface Category {
  /** Lower case, one or two English words, unique. */
  readonly name: string;
  /** Position in `CATEGORIES`. */
  readonly index: number;
  /** Unicode code point, hexadecimal, as the artists' files are named. */
  readonly codePoint: string;
  /** "object" is what is left over: it is no noun for a question, since all things are objects. */
  readonly group: CategoryGroup;
  /** Novel names are never the answer of a question in pre-training. */
  readonly split: "base" | "novel";
}

const BASE: Readonly<Record<CategoryGroup, string>> = {
  animal: "cat 1f431, dog 1f436, cow 1f42e, pig 1f437, panda 1f43c, fox 1f98a, frog 1f438, " +
    "monkey 1f435, rabbit 1f430, penguin 1f427, owl 1f989, turtle 1f422, octopus 1f419, " +
    "crab 1f980, fish 1f41f, butterfly 1f98b, ladybug 1f41e, elephant 1f418",
  vehicle: "car 1f697, bus 1f68c, bicycle 1f6b2, motorcycle 1f3cd, tractor 1f69c, " +
    "train 1f682, airplane 2708, helicopter 1f681, rocket 1f680, sailboat 26f5",
  food: "apple 1f34e, banana 1f34c, orange 1f34a, strawberry 1f353, grapes 1f347, " +
    "pineapple 1f34d, watermelon 1f349, cherry 1f352, carrot 1f955, corn 1f33d, " +
    "mushroom 1f344, pizza 1f355, hamburger 1f354, donut 1f369",
  plant: "cactus 1f335, tree 1f333, sunflower 1f33b, rose 1f339",
  instrument: "guitar 1f3b8, piano 1f3b9, trumpet 1f3ba, drum 1f941",
  garment: "shoe 1f45f, hat 1f3a9, crown 1f451, dress 1f457",
  building: "house 1f3e0, castle 1f3f0",
  object: "clock 23f0, camera 1f4f7, umbrella 2602, key 1f511, scissors 2702, " +
    "telephone 260e, chair 1fa91, cup 2615, robot 1f916",
};

const NOVEL: Readonly<Record<CategoryGroup, string>> = {
  animal: "lion 1f981, whale 1f433, snail 1f40c",
  vehicle: "truck 1f69a",
  food: "pear 1f350, eggplant 1f346, ice cream 1f366",
  plant: "palm tree 1f334",
  instrument: "violin 1f3bb",
  garment: "glasses 1f453",
  building: "tent 26fa",
  object: "book 1f4d5, hammer 1f528, gift 1f381, snowman 26c4",
};

/** All 80 concepts: 65 base ones, then 15 novel ones (as the paper splits COCO's 80). */
export const CATEGORIES: readonly Category[] = [
  ...listed(BASE, "base"),
  ...listed(NOVEL, "novel"),
].map((category, index) => ({ ...category, index }));

/** The 65 names that pre-training asks for. */
export const BASE_CATEGORIES: readonly Category[] = CATEGORIES.filter((c) =>
  c.split === "base"
);

/** The 15 names that pre-training never asks for. */
export const NOVEL_CATEGORIES: readonly Category[] = CATEGORIES.filter((c) =>
  c.split === "novel"
);

const byName: ReadonlyMap<string, Category> = new Map(
  CATEGORIES.map((category) => [category.name, category]),
);

/**
 * The category of a name.
 *
 * @throws {RangeError} Where no category has this name.
 */
export function categoryNamed(name: string): Category {
  const category = byName.get(name);
  if (category === undefined) throw new RangeError(`No category is named "${name}"`);
  return category;
}

function listed(
  groups: Readonly<Record<CategoryGroup, string>>,
  split: Category["split"],
): Omit<Category, "index">[] {
  return Object.entries(groups).flatMap(([group, list]) =>
    list.split(", ").map((entry) => {
      const space = entry.lastIndexOf(" ");
      return {
        name: entry.slice(0, space),
        codePoint: entry.slice(space + 1),
        group: group as CategoryGroup,
        split,
      };
    })
  );
}
