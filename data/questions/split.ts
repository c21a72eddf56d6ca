import { hash, hashText } from "../random.ts";

const SPLIT = hashText("held out");

/** Places in a set of rows. */
export interface Split {
  /** Indices of the rows to train on, ascending. */
  readonly train: readonly number[];
  /** Indices of the rows to evaluate on, ascending. */
  readonly heldOut: readonly number[];
}

/**
 * Divides rows by the names of their images: held out are those whose names have the lowest
 * hashes, as many images as the share says.
 *
 * Rows about one image stay together, and the order of the rows does not matter. Of several
 * images at least one is on either side, unless the share is 0 or 1.
 *
 * @param pictures The name of each row's image.
 * @param share Of the images, from 0 to 1.
 *
 * @example
 * ```ts
 * import { splitByPicture } from "./split.ts";
 *
 * const { train, heldOut } = splitByPicture(["a.png", "b.png", "a.png", "c.png"], 0.3);
 * train.length + heldOut.length; // 4
 * ```
 */
export function splitByPicture(pictures: readonly string[], share: number): Split {
  const ranked = [...new Set(pictures)]
    .map((name) => ({ name, rank: hash(SPLIT, hashText(name)) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  const wanted = Math.round(share * ranked.length);
  const count = share > 0 && share < 1 && ranked.length > 1
    ? Math.min(Math.max(wanted, 1), ranked.length - 1)
    : wanted;
  const chosen = new Set(ranked.slice(0, count).map(({ name }) => name));
  const places = [...pictures.keys()];
  return {
    train: places.filter((i) => !chosen.has(pictures[i]!)),
    heldOut: places.filter((i) => chosen.has(pictures[i]!)),
  };
}
