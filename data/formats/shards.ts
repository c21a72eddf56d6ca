import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { isThere } from "../files/is_there.ts";

/** Parquet files of a folder and of `data` in it. */
export async function parquetFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const below of ["", "data"]) {
    const names = await readdir(join(folder, below)).catch(() => []);
    for (const name of names.sort()) {
      if (name.endsWith(".parquet")) found.push(join(folder, below, name));
    }
  }
  return found;
}

const SHARD = /^(.+)-(\d{5})-of-(\d{5})(-[0-9a-f]+)?\.parquet$/;

/** Files of each split: train-00000-of-00002.parquet and its like, or a file for each. */
export async function parquetSplits(
  folder: string,
): Promise<ReadonlyMap<string, string[]>> {
  const splits = new Map<string, string[]>();
  for (const path of await parquetFiles(folder)) {
    const [, shard] = SHARD.exec(basename(path)) ?? [];
    const split = shard ?? basename(path, ".parquet");
    splits.set(split, [...splits.get(split) ?? [], path]);
  }
  if (splits.size === 0) throw new RangeError(`${folder} has no parquet files`);
  for (const [split, paths] of splits) {
    const [, , , of] = SHARD.exec(basename(paths[0]!)) ?? [];
    if (of === undefined || paths.length === Number(of)) continue;
    throw new RangeError(
      `${folder} has ${paths.length} of the ${
        Number(of)
      } parquet files of ${split}: fetch the rest`,
    );
  }
  return splits;
}

/** The splits of a folder that `save_to_disk` wrote; none if it is one set. */
export async function arrowSplits(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  if (!names.includes("dataset_dict.json")) return [];
  const splits: string[] = [];
  for (const name of names.sort()) {
    if (await isThere(join(folder, name, "state.json"))) splits.push(name);
  }
  return splits;
}
