import { type InfoRecord, parse } from "npm:csv-parse@7.0.3/sync";
import { MOST_ITEMS } from "../../questions/question_limits.ts";

/** A line of a CSV file, or several if a cell has line breaks. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** Where it ends in its file, from 1. */
  readonly line: number;
}

/** How a CSV file is taken apart. */
export interface CsvOptions {
  /** What divides cells. @default "," */
  readonly delimiter?: string;
  /** Whether white space around cells is left out. @default false */
  readonly trim?: boolean;
}

/** Cells of a file, at most: a hundred megabytes of commas would fill the memory. */
const MOST_CELLS = 4 * MOST_ITEMS;

/** Bytes of a record, at most. */
const RECORD_LIMIT = 2 ** 20;

/**
 * Takes a CSV file apart; empty lines are left out.
 *
 * @param path Names the file in messages.
 * @throws {SyntaxError} If quotes or the number of cells are wrong: names file and line.
 * @throws {RangeError} If it has more cells than fit in memory.
 *
 * @example
 * ```ts
 * import { csvRecords } from "./records.ts";
 *
 * csvRecords('image,label\n1.jpg,"salt, pepper"\n', "x.csv")[1];
 * // { cells: ["1.jpg", "salt, pepper"], line: 2 }
 * ```
 */
export function csvRecords(
  text: string,
  path: string,
  { delimiter = ",", trim = false }: CsvOptions = {},
): readonly CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells = 0;
  try {
    parse(text, {
      ...{ delimiter, trim, skip_empty_lines: true, max_record_size: RECORD_LIMIT },
      on_record(record: string[], { lines }: InfoRecord) {
        cells += record.length;
        if (cells > MOST_CELLS) {
          throw new RangeError(
            `${path}, line ${lines}: up to here are more than ${MOST_CELLS} cells: split the file`,
          );
        }
        records.push({ cells: record, line: lines });
        return null;
      },
    });
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SyntaxError(`${path}: ${(error as Error).message.split("\n", 1)[0]}`);
  }
  return records;
}
