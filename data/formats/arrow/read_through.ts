import { createHash } from "node:crypto";
import { basename } from "node:path";
import { MOST_CHARACTERS, type StoredText } from "../examples.ts";
import type { TableColumns } from "../table_columns.ts";
import { MOST_ITEMS } from "../../questions/question_limits.ts";
import {
  type Body,
  columnOffsets,
  columnValues,
  validity,
  type Value,
} from "./column_values.ts";
import { columnsOf, isList } from "./columns.ts";
import type { ImageBatch } from "./image_at.ts";
import { type Column, type Field, readBatch, readMessage } from "./messages.ts";
import { withStream } from "./stream_file.ts";

/** Bytes of a message's header, at most. */
const HEADER_LIMIT = 2 ** 24;

/** Rows that lie together in a file, and where their images are found. */
export interface Batch extends ImageBatch {
  /** Of the file, without its folder. */
  readonly name: string;
  /** Of its first row, in the table and in the file. */
  readonly start: number;
  readonly row: number;
  /** How many images each row has. Default: one. */
  readonly counts?: readonly number[];
}

/**
 * Goes through the messages of a stream; each is its length, its header and its body.
 *
 * @param batches Gets the stream's batches.
 * @param texts Gets the stream's texts.
 */
export function readThrough(path: string, batches: Batch[], texts: StoredText[]) {
  const name = basename(path), first = texts.length, hash = createHash("sha256");
  return withStream(path, async (file) => {
    const { size, fault } = file;
    const guarded = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw fault((error as Error).message);
      }
    };
    let fields: readonly Field[] | undefined, columns: TableColumns | undefined;
    let characters = 0;
    const readTexts = async (column: Column, body: Body) => {
      const found = (await columnValues(column, body)).map(textOf);
      characters += found.reduce((sum, text) => sum + (text?.length ?? 0), 0);
      if (characters <= MOST_CHARACTERS) return found;
      throw new RangeError(
        `${path} has more than ${MOST_CHARACTERS} characters of texts: split it`,
      );
    };
    for (let offset = 0; offset < size;) {
      const view = new DataView((await file.at(offset, 8)).buffer);
      if (view.getUint32(0, true) !== 0xffffffff) {
        throw fault(`no message begins at byte ${offset}`);
      }
      const length = view.getInt32(4, true);
      if (length === 0) break; // the end of the stream
      if (length < 0 || length > HEADER_LIMIT) {
        throw fault(`a message's header has ${length} bytes`);
      }
      const header = await file.at(offset + 8, length);
      hash.update(header);
      const message = guarded(() => readMessage(header));
      const body = offset + 8 + length, end = body + message.bodyBytes;
      if (end > size) throw fault(`it ends at byte ${size}, before ${end}`);
      switch (message.kind) {
        case "schema":
          ({ fields } = message);
          columns = columnsOf(path, fields);
          break;
        case "batch": {
          if (fields === undefined || columns === undefined) {
            throw fault("it has no schema");
          }
          const wanted = fields;
          const batch = guarded(() =>
            readBatch(message.batch, wanted, message.bodyBytes)
          );
          if (texts.length + batch.rows > MOST_ITEMS) {
            throw new RangeError(
              `${path} has more rows than the ${MOST_ITEMS} that a set may have: split it`,
            );
          }
          const column = (name: string) =>
            batch.columns.find(({ field }) => field.name === name)!;
          const held: Body = {
            region: ({ start, end }) => file.at(body + start, end - start),
            fault,
          };
          const problems = await readTexts(column(columns.problem), held);
          const solutions = await readTexts(column(columns.solution), held);
          const image = column(columns.image), start = texts.length;
          batches.push({
            ...{ path, name, start, row: start - first, body, image },
            ...isList(image.field) && { counts: await listLengths(image, held) },
          });
          problems.forEach((problem, i) =>
            texts.push({ problem, solution: solutions[i]! })
          );
          break;
        }
        default:
          throw fault("it has dictionaries, which save_to_disk does not write");
      }
      offset = end;
    }
    if (columns === undefined) throw fault(`it has ${size} bytes and no schema`);
    return { columns, file: { bytes: size, headersSha256: hash.digest("hex") } };
  });
}

/** A value as text, as JSON has it if it is no text. */
function textOf(value: Value): string | null {
  return typeof value === "string" || value === null ? value : JSON.stringify(value);
}

async function listLengths(column: Column, body: Body): Promise<readonly number[]> {
  const offsets = await columnOffsets(column, column.children[0]!.length, body);
  const isThere = await validity(column, body);
  return Array.from(
    { length: column.length },
    (_, i) => isThere(i) ? offsets[i + 1]! - offsets[i]! : 0,
  );
}
