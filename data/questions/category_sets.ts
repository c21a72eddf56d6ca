import { nearestName } from "../nearest_name.ts";
import { quoted } from "../short_text.ts";
import { quotedName, splitNames } from "./quoted_names.ts";

/** The categories of COCO's 2017 detection task, in the order of their ids. */
export const COCO_CATEGORIES: readonly string[] = [
  ...["person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck"],
  ...["boat", "traffic light", "fire hydrant", "stop sign", "parking meter", "bench"],
  ...["bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra"],
  ...["giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee"],
  ...["skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove"],
  ...["skateboard", "surfboard", "tennis racket", "bottle", "wine glass", "cup"],
  ...["fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange"],
  ...["broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch"],
  ...["potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse"],
  ...["remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink"],
  ...["refrigerator", "book", "clock", "vase", "scissors", "teddy bear"],
  ...["hair drier", "toothbrush"],
];

const COCO_NOVEL: readonly string[] = [
  ...["mouse", "fork", "hot dog", "cat", "airplane", "suitcase", "parking meter"],
  ...["sandwich", "train", "hair drier", "toilet", "toaster", "snowboard", "frisbee"],
  "bear",
];

/**
 * The paper's sets of categories by name, as the authors' evaluation scripts write them
 * (Liuziyu77/Visual-RFT, coco_evaluation and lvis_evaluation): COCO's few-shot 8 (Table 3), the
 * 15 that are new in the open-vocabulary experiment (Table 7) and the 65 that are not; LVIS's
 * few-shot 6 (Table 4) and the 13 rare ones (Table 8).
 */
export const CATEGORY_SETS: Readonly<Record<string, readonly string[]>> = {
  "coco-few-shot-8": [
    ...["bus", "train", "fire hydrant", "stop sign", "cat", "dog", "bed", "toilet"],
  ],
  "coco-novel-15": COCO_NOVEL,
  "coco-base-65": COCO_CATEGORIES.filter((name) => !COCO_NOVEL.includes(name)),
  "lvis-6": ["horse_buggy", "die", "kitchen_table", "omelet", "papaya", "stepladder"],
  "lvis-rare-13": [
    ...["casserole", "die", "egg_roll", "futon", "garbage", "handsaw", "hippopotamus"],
    ...["kitchen_table", "mallet", "omelet", "shot_glass", "stepladder", "sugar_bowl"],
  ],
};

/**
 * The categories that a text names: sets of `CATEGORY_SETS` and single ones, joined with "+".
 * A name with a "+" or a comma stands in double quotes: see `splitNames`.
 *
 * @param known The categories that a data set has.
 * @returns In the order of `known`.
 * @throws {RangeError} If one is neither, with the nearest name.
 *
 * @example
 * ```ts
 * import { chooseCategories } from "./category_sets.ts";
 *
 * chooseCategories("dog+cat", ["cat", "dog", "cow"]); // ["cat", "dog"]
 * ```
 */
export function chooseCategories(text: string, known: readonly string[]): string[] {
  const has = new Set(known), chosen = new Set<string>();
  for (const name of splitNames(text)) {
    if (has.has(name)) {
      chosen.add(name);
      continue;
    }
    const set = Object.hasOwn(CATEGORY_SETS, name) ? CATEGORY_SETS[name] : undefined;
    if (set === undefined) {
      throw new RangeError(
        `there is no category ${quoted(name)}${remedy(text, name, known)}`,
      );
    }
    const lacking = set.filter((one) => !has.has(one));
    if (lacking.length > 0) {
      throw new RangeError(
        `the set ${name} has categories that the data has not: ${
          lacking.slice(0, 3).join(", ")
        }`,
      );
    }
    for (const one of set) chosen.add(one);
  }
  return known.filter((name) => chosen.has(name));
}

function remedy(text: string, name: string, known: readonly string[]): string {
  const parted = known.find((one) => quotedName(one) !== one && text.includes(one));
  if (parted !== undefined) {
    return `; write ${
      quotedName(parted)
    } in double quotes, as it has a "+", comma or quote`;
  }
  const near = nearestName(name, [...known, ...Object.keys(CATEGORY_SETS)]);
  if (near === undefined) return `; sets are ${Object.keys(CATEGORY_SETS).join(", ")}`;
  const written = quotedName(near);
  return `; did you mean ${written === near ? JSON.stringify(near) : written}?`;
}
