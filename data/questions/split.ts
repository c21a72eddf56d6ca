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
 * Rows about one image stay together, rows that share any of several images too, and the order of the
 * rows does not matter. Of several images at least one is on either side, unless the share is 0 or 1.
 *
 * @param pictures The name of each row's image, or the names of its images.
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
export function splitByPicture(
  pictures: readonly (string | readonly string[])[],
  share: number,
): Split {
  const names = joined(pictures);
  const ranked = [...new Set(names)]
    .map((name) => ({ name, rank: hash(SPLIT, hashText(name)) }))
    .sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
  const wanted = Math.round(share * ranked.length);
  const count = share > 0 && share < 1 && ranked.length > 1
    ? Math.min(Math.max(wanted, 1), ranked.length - 1)
    : wanted;
  const chosen = new Set(ranked.slice(0, count).map(({ name }) => name));
  const places = [...names.keys()];
  return {
    train: places.filter((i) => !chosen.has(names[i]!)),
    heldOut: places.filter((i) => chosen.has(names[i]!)),
  };
}

/**
 * One name for each row, equal for rows that share an image, be it by way of other rows: the names of
 * all their images. Rows of one image each keep its name.
 */
function joined(pictures: readonly (string | readonly string[])[]): readonly string[] {
  const parent = new Map<string, string>();
  const root = (name: string): string => {
    let at = name;
    for (let up = parent.get(at)!; up !== at; up = parent.get(at)!) {
      parent.set(at, parent.get(up)!); // halves the way
      at = up;
    }
    return at;
  };
  const lists = pictures.map((one) => typeof one === "string" ? [one] : one);
  for (const list of lists) {
    for (const name of list) if (!parent.has(name)) parent.set(name, name);
    for (const name of list) parent.set(root(name), root(list[0]!));
  }
  const members = new Map<string, string[]>();
  for (const name of [...parent.keys()].sort()) {
    const at = root(name), known = members.get(at);
    if (known === undefined) members.set(at, [name]);
    else known.push(name);
  }
  const joinedNames = new Map([...members].map(([at, names]) => [at, names.join(" ")]));
  return lists.map((list) => list.length === 0 ? "" : joinedNames.get(root(list[0]!))!);
}
