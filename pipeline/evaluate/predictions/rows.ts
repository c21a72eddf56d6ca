import * as v from "npm:valibot@1.5.0";
import { fault, schemaFault } from "../../../data/files/json_fault.ts";

/**
 * Reads a list of rows.
 *
 * Files have millions of them, and a schema takes microseconds for each: a row that `isSound`
 * is taken as it is, and only the others are shown to the schema, which decides and explains.
 *
 * @param place Where the list stands in the file.
 * @param isSound May say no to what the schema takes, never yes to what it refuses.
 * @throws {SyntaxError} Names the file and the place in it.
 */
export function readRows<Row>(
  rows: unknown,
  file: string,
  place: string,
  schema: v.GenericSchema<unknown, Row>,
  isSound: (row: Readonly<Record<string, unknown>>) => boolean,
): readonly Row[] {
  if (!Array.isArray(rows)) throw fault(file, place, "a list", rows);
  return rows.map((row: unknown, i) => {
    if (isRecord(row) && isSound(row)) return row as Row;
    const result = v.safeParse(schema, row, { abortEarly: true });
    if (result.success) return result.output;
    throw schemaFault(file, result.issues[0], { place: `${place}[${i}]` });
  });
}

/** Whether a value is an object or a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
