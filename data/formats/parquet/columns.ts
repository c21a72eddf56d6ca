import { tableColumns } from "../table_columns.ts";
import type { Footer, Leaf } from "./footer.ts";

/** Where the images of a file are: their bytes, their paths, or both. */
export interface ImageLeaves {
  readonly bytes?: Leaf;
  readonly path?: Leaf;
}

/** The columns of a file that are read. */
export interface Columns {
  readonly problem: Leaf;
  readonly solution: Leaf;
  readonly image: ImageLeaves;
}

/**
 * The columns of a file that are read: texts, numbers or lists of them, and images.
 *
 * @throws {SyntaxError} If one is missing, or of another type.
 */
export function columnsOf(path: string, { names, leaves }: Footer): Columns {
  const { image, problem, solution } = tableColumns(path, names);
  const asked = leaves.get(problem);
  if (!asked?.isText || asked.lists.length > 0) {
    throw new SyntaxError(`${path}: the column ${problem} is not text`);
  }
  const [told, another] = within(leaves, solution);
  if (another !== undefined || !told?.isText && told?.number === undefined) {
    throw new SyntaxError(
      `${path}: the column ${solution} is not text, numbers or lists of them`,
    );
  }
  return { problem: asked, solution: told!, image: imageLeaves(path, leaves, image) };
}

function within(leaves: Footer["leaves"], column: string): readonly Leaf[] {
  return [...leaves.values()].filter(({ path }) => path[0] === column);
}

/** Names on the way to a struct's field in a list: images, list, element, bytes. */
const LIST_DEPTH = 4;

function imageLeaves(
  path: string,
  leaves: Footer["leaves"],
  column: string,
): ImageLeaves {
  const all = within(leaves, column);
  const isBytes = (leaf: Leaf) => leaf.isBytes && !leaf.isText;
  const field = (name: string, fits: (leaf: Leaf) => boolean) =>
    all.find((leaf) =>
      leaf.path.at(-1) === name && fits(leaf) &&
      (leaf.lists.length === 0
        ? leaf.path.length === 2
        : leaf.lists.length === 1 && leaf.path.length <= LIST_DEPTH)
    );
  const bytes = field("bytes", isBytes), name = field("path", ({ isText }) => isText);
  if (bytes !== undefined || name !== undefined) {
    return { ...bytes && { bytes }, ...name && { path: name } };
  }
  const [only, another] = all;
  if (another === undefined && only?.isBytes && only.lists.length <= 1) {
    return only.isText ? { path: only } : { bytes: only };
  }
  throw new SyntaxError(
    `${path}: the column ${column} is not of images: bytes, a path, a struct of bytes and path, ` +
      "and lists of these are read",
  );
}
