import { dirname } from "node:path";
import { MOST_ITEMS } from "../questions/question_limits.ts";
import type { ExampleTable } from "./examples.ts";
import { lastIndex } from "./last_index.ts";
import { openShard, type Shard } from "./parquet/shard.ts";

/**
 * Opens parquet files of the paper's form or of EasyR1's, in whichever compression: a column `image`
 * or `images` (bytes, a path, a struct of `bytes` and `path`, or a list of these), `problem`, and
 * `solution` or `answer` (texts, numbers or lists of them).
 *
 * The texts are read at once. Images are read page by page when they are asked for, and as many
 * pages are kept as fit in 256 MiB. Sizes that a file declares are checked against the file before
 * memory is taken.
 *
 * @param paths Files of one split, in the order of their shards.
 * @throws {SyntaxError} If a file is not whole parquet, declares what it does not hold, or lacks a
 * column: names the file.
 *
 * @example
 * ```ts
 * import { openParquet } from "./parquet.ts";
 *
 * async function problems(path: string) {
 *   return (await openParquet([path])).texts.map(({ problem }) => problem);
 * }
 * ```
 */
export async function openParquet(paths: readonly string[]): Promise<ExampleTable> {
  const shards: Shard[] = [];
  let rows = 0;
  const starts: number[] = [];
  for (const path of paths) {
    const shard = await openShard(path, MOST_ITEMS - rows);
    starts.push(rows);
    rows += shard.texts.length;
    shards.push(shard);
  }
  const shardOf = (index: number) => {
    const at = lastIndex(starts, (start) => start <= index);
    return { shard: shards[at]!, row: index - starts[at]! };
  };
  return {
    name: shards[0]?.name ?? "parquet",
    folder: dirname(paths[0] ?? "."),
    ...shards[0] && { columns: shards[0].columns },
    texts: shards.flatMap(({ texts }) => texts),
    manifest: { files: shards.map(({ file }) => file) },
    place(index) {
      const { shard, row } = shardOf(index);
      return { file: shard.name, row };
    },
    images(index) {
      const { shard, row } = shardOf(index);
      return shard.images(row);
    },
    image(index, at = 0) {
      const { shard, row } = shardOf(index);
      return shard.image(row, at);
    },
  };
}
