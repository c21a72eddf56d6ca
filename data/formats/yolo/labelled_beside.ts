import { join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { imagesIn, namesIn } from "../labels/image_names.ts";
import { labelReader } from "../labels/label_reader.ts";
import { SPLIT_NAMES } from "../labels/split_folders.ts";
import { labelPath } from "./label_path.ts";
import { readYoloLine } from "./line.ts";

/**
 * Splits whose labels are x.txt beside x.png: the folder itself, as labelImg leaves it, or folders
 * named after splits, as CVAT's obj_train_data.
 *
 * @param inside Names of what is in the folder.
 */
export async function labelledBeside(
  folder: string,
  inside: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (await hasLabelsBeside(folder)) return new Map([["", [folder]]]);
  const splits = new Map<string, readonly string[]>();
  for (const name of inside) {
    const split = /^obj_(\w+)_data$/i.exec(name)?.[1] ?? name;
    const path = join(folder, name);
    if (!SPLIT_NAMES.includes(split.toLowerCase())) continue;
    if (!await isThere(path, "folder")) continue;
    if (await hasLabelsBeside(path)) splits.set(split, [path]);
  }
  return splits;
}

/** Whether the first text beside an image is a label file. */
async function hasLabelsBeside(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  const label = (await imagesIn(folder)).images.map(labelPath).find((name) =>
    names.includes(name)
  );
  if (label === undefined) return false;
  const text = await labelReader().text(join(folder, label), label).catch(() => "");
  try {
    const [line = ""] = text.trim().split(/\r\n|\n|\r/);
    return readYoloLine(line, label).number >= 0;
  } catch {
    return false;
  }
}
