import tables from "./paper_tables.json" with { type: "json" };

/** A row of a table of the paper; figures in per cent. */
export interface PaperRow {
  /** Of the table, or another model that it has for comparison. */
  readonly model: string;
  /** Training images a category, if they are counted. */
  readonly shots?: number;
  /** "baseline", "sft" or "rft"; missing for models for comparison. */
  readonly method?: string;
  /** One for each column, in per cent. */
  readonly values: readonly number[];
}

/** A table of the paper (arXiv:2503.01785). */
export interface PaperTable {
  /** "Table 3". */
  readonly table: string;
  /** What the figures measure. */
  readonly metric: string;
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** In the order of the paper. */
  readonly rows: readonly PaperRow[];
}

type Methods = Readonly<Record<string, unknown>>;

/**
 * A table of the paper by its key in paper_tables.json.
 *
 * @throws {RangeError} If there is none.
 *
 * @example
 * ```ts
 * import { paperTable } from "./paper_tables.ts";
 *
 * const { rows } = paperTable("few_shot_detection_coco");
 * rows.find(({ shots, method }) => shots === 4 && method === "rft")?.values[0]; // 40.6
 * ```
 */
export function paperTable(key: string): PaperTable {
  const found = (tables as unknown as Readonly<Record<string, Methods>>)[key];
  if (typeof found !== "object") {
    throw new RangeError(`The paper's tables have no ${JSON.stringify(key)}`);
  }
  const { table, metric, columns, model = "", ...rest } = found as {
    readonly table: string;
    /** What the figures measure. */
    readonly metric: string;
    /** Names of the columns. */
    readonly columns: readonly string[];
    readonly model?: string;
  } & Methods;
  const isMethods = (value: unknown): value is Methods =>
    typeof value === "object" && !Array.isArray(value);
  const own = model === "" ? [] : rowsOf(model, rest);
  const others = model === ""
    ? Object.entries(rest).flatMap(([name, value]) =>
      isMethods(value)
        ? rowsOf(name, value)
        : [{ model: name, values: value as readonly number[] }]
    )
    : [];
  return { table, metric, columns, rows: [...own, ...others] };
}

/** Rows of one model: methods alone, or a baseline and methods by shots. */
function rowsOf(model: string, { shots, ...methods }: Methods): PaperRow[] {
  const plain = (of: Methods, count?: number) =>
    Object.entries(of).map(([method, values]): PaperRow => ({
      model,
      ...count !== undefined && { shots: count },
      method,
      values: values as readonly number[],
    }));
  const byShots = Object.entries((shots ?? {}) as Readonly<Record<string, Methods>>);
  return [
    ...plain(methods),
    ...byShots.flatMap(([count, of]) => plain(of, Number(count))),
  ];
}
