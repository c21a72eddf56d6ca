import { type LabelSet, labelSet } from "../questions/label_set.ts";

/** A coarse kind of thing, for sentences such as "the animal left of the car". */
export type CategoryGroup =
  | "animal"
  | "vehicle"
  | "food"
  | "plant"
  | "object";

/** A concept that all four artists have drawn. */
export interface Category {
  /** Name, unique among the categories, as in "hot dog". */
  readonly name: string;
  /** The group that it belongs to. */
  readonly group: CategoryGroup;
  /** Unicode code point in hex, which the artists' packages are joined by. */
  readonly codePoint: string;
}

function group(group: CategoryGroup, list: string): Category[] {
  return list.split(",").map((entry) => {
    const words = entry.trim().split(" ");
    return { name: words.slice(0, -1).join(" "), group, codePoint: words.at(-1)! };
  });
}

/** The 65 categories that the embedded model is taught to find, as the paper's base split of COCO. */
export const BASE_CATEGORIES: readonly Category[] = [
  ...group(
    "animal",
    "cat 1f431, dog 1f436, cow 1f42e, pig 1f437, panda 1f43c, fox 1f98a, lion 1f981, " +
      "frog 1f438, monkey 1f435, rabbit 1f430, horse 1f40e, rooster 1f413, penguin 1f427, " +
      "owl 1f989, duck 1f986, turtle 1f422, octopus 1f419, crab 1f980, fish 1f41f, " +
      "butterfly 1f98b, bee 1f41d, ladybug 1f41e, snail 1f40c, elephant 1f418, " +
      "giraffe 1f992, flamingo 1f9a9",
  ),
  ...group(
    "vehicle",
    "car 1f697, bus 1f68c, truck 1f69a, bicycle 1f6b2, tractor 1f69c, train 1f682, " +
      "airplane 2708, helicopter 1f681, rocket 1f680, sailboat 26f5",
  ),
  ...group(
    "food",
    "apple 1f34e, banana 1f34c, strawberry 1f353, grapes 1f347, pineapple 1f34d, " +
      "watermelon 1f349, carrot 1f955, mushroom 1f344, pizza 1f355, hamburger 1f354, " +
      "donut 1f369, ice cream 1f366",
  ),
  ...group("plant", "cactus 1f335, tree 1f333, sunflower 1f33b, tulip 1f337"),
  ...group(
    "object",
    "house 1f3e0, clock 23f0, camera 1f4f7, umbrella 2602, key 1f511, scissors 2702, " +
      "guitar 1f3b8, crown 1f451, balloon 1f388, gift 1f381, bell 1f514, hat 1f3a9, " +
      "shoe 1f45f",
  ),
];

/** The 15 categories that the embedded model knows by name but was never asked to find. */
export const NOVEL_CATEGORIES: readonly Category[] = [
  ...group("animal", "tiger 1f42f, sheep 1f411, parrot 1f99c, shark 1f988"),
  ...group("vehicle", "motorcycle 1f3cd, ambulance 1f691, fire truck 1f692"),
  ...group("food", "lemon 1f34b, corn 1f33d, cake 1f370"),
  ...group("plant", "palm tree 1f334"),
  ...group("object", "trumpet 1f3ba, boot 1f462, robot 1f916, trophy 1f3c6"),
];

/** All 80 categories, base before novel. */
export const CATEGORIES: readonly Category[] = [...BASE_CATEGORIES, ...NOVEL_CATEGORIES];

/**
 * What else the categories are called: words that mean the same thing, not kinds of it, and none
 * that means two categories. Answers with one of them are right.
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  rabbit: ["bunny"],
  rooster: ["cockerel"],
  ladybug: ["ladybird"],
  truck: ["lorry"],
  bicycle: ["bike", "pushbike"],
  airplane: ["aeroplane", "plane"],
  sailboat: ["sailing boat"],
  hamburger: ["burger"],
  donut: ["doughnut"],
  gift: ["present"],
  motorcycle: ["motorbike"],
  "fire truck": ["fire engine"],
  corn: ["maize"],
};

/** All 80 names with their aliases. */
export const EMOJI_LABELS: LabelSet = labelSet(
  Object.fromEntries(CATEGORIES.map(({ name }) => [name, ALIASES[name] ?? []])),
);
