import { join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { namesIn } from "./image_names.ts";

/** Names of folders that a data set's splits go by. */
export const SPLIT_NAMES: readonly string[] = [
  ...["train", "training", "val", "valid", "validation", "test", "testing"],
];

/** The splits of a folder: those of its folders that are named so, and that a test accepts. */
export async function splitFolders(
  folder: string,
  accepts: (folder: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const splits: string[] = [];
  for (const name of await namesIn(folder)) {
    if (!SPLIT_NAMES.includes(name.toLowerCase())) continue;
    const path = join(folder, name);
    if (await isThere(path, "folder") && await accepts(path)) splits.push(name);
  }
  return splits;
}
