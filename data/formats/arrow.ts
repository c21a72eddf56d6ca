import { basename, join } from "node:path";
import { imageAt } from "./arrow/image_at.ts";
import { type Batch, readThrough } from "./arrow/read_through.ts";
import { streamFiles } from "./arrow/state_file.ts";
import type { ExampleTable, StoredText } from "./examples.ts";
import { lastIndex } from "./last_index.ts";
import type { TableColumns } from "./table_columns.ts";

/**
 * Opens a split that Python's `datasets` saved with `save_to_disk`: Arrow streams with the columns
 * that `openParquet` reads.
 *
 * The stream has no index, so it is read through once for the texts. An image is read when it is
 * asked for. Sizes that a message declares are checked against the message, and the message against
 * the file, before memory is taken.
 *
 * @param folder Of the split: it holds state.json, which names the files.
 * @throws {SyntaxError} If a file is not what it should be: names the file.
 * @throws {RangeError} If there are more rows or texts than fit in memory.
 */
export async function openArrow(folder: string): Promise<ExampleTable> {
  const texts: StoredText[] = [], batches: Batch[] = [], listed = [];
  let columns: TableColumns | undefined;
  for (const name of await streamFiles(folder)) {
    const before = texts.length;
    const { file, ...read } = await readThrough(join(folder, name), batches, texts);
    listed.push({ path: name, rows: texts.length - before, ...file });
    columns ??= read.columns;
  }
  const batchOf = (index: number) =>
    batches[lastIndex(batches, ({ start }) => start <= index)]!;
  return {
    name: basename(folder),
    folder,
    ...columns && { columns },
    texts,
    manifest: { files: listed },
    place(index) {
      const { name, start, row } = batchOf(index);
      return { file: name, row: row + index - start };
    },
    images(index) {
      const { counts, start } = batchOf(index);
      return counts?.[index - start] ?? 1;
    },
    image(index, at = 0) {
      const batch = batchOf(index);
      return imageAt(batch, index - batch.start, at);
    },
  };
}
