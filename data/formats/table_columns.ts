import { nearestName } from "../nearest_name.ts";
import { cut, printable } from "../short_text.ts";

/** The names that a table has for the columns that are read. */
export interface TableColumns {
  /** Of the images: one a row, or a list of them. */
  readonly image: string;
  /** Of what is asked. */
  readonly problem: string;
  /** Of the ground truth. */
  readonly solution: string;
}

/** Names of each column, the paper's first: EasyR1 has `images` and `answer`. */
const NAMES: Readonly<Record<keyof TableColumns, readonly string[]>> = {
  image: ["image", "images"],
  problem: ["problem"],
  solution: ["solution", "answer"],
};

/** What other trainers call the columns; they are named in errors, and not read. */
const OTHERS: Readonly<Record<keyof TableColumns, readonly string[]>> = {
  image: ["img", "picture", "image_bytes", "image_path"],
  problem: ["question", "query", "prompt", "instruction"],
  solution: ["response", "ground_truth", "label", "target"],
};

/**
 * Finds the columns of a table by their names.
 *
 * @param path Of the file, for errors.
 * @param names Of the columns that the file has.
 * @throws {SyntaxError} If a column is missing, with the columns that there are and the one that is
 * probably meant; or if there are two for one.
 *
 * @example
 * ```ts
 * import { tableColumns } from "./table_columns.ts";
 *
 * tableColumns("train.parquet", ["images", "problem", "answer"]).solution; // "answer"
 * ```
 */
export function tableColumns(path: string, names: readonly string[]): TableColumns {
  const keys = Object.keys(NAMES) as (keyof TableColumns)[];
  const missing = keys.filter((key) => !NAMES[key].some((name) => names.includes(name)));
  if (missing.length > 0) {
    const renames = missing.flatMap((key) => {
      const meant = meantBy(key, names);
      return meant === undefined ? [] : [`rename ${printable(meant)} to ${key}`];
    });
    throw new SyntaxError(
      `${path} has no column ${
        missing.map((key) => NAMES[key].join(" or ")).join(", ")
      }: it has ${cut(names.map((name) => printable(name)).join(", "), 200)}; ${
        renames.length > 0 ? renames.join(", ") : "image, problem and solution are read"
      }`,
    );
  }
  const only = (key: keyof TableColumns) => {
    const [name, another] = NAMES[key].filter((name) => names.includes(name));
    if (another === undefined) return name!;
    throw new SyntaxError(
      `${path} has both columns ${name} and ${another}: leave out the one that is not the ${
        key === "solution" ? "ground truth" : "image"
      }`,
    );
  };
  return { image: only("image"), problem: only("problem"), solution: only("solution") };
}

function meantBy(key: keyof TableColumns, names: readonly string[]): string | undefined {
  const free = names.filter((name) => !Object.values(NAMES).flat().includes(name));
  return OTHERS[key].find((name) => free.includes(name)) ??
    NAMES[key].map((wanted) => nearestName(wanted, free)).find((near) =>
      near !== undefined
    );
}
