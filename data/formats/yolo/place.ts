import { relative, resolve } from "node:path";
import { isThere } from "../../files/is_there.ts";

/** Where a path of data.yaml is; exports write "../train/images" for a folder beside the file. */
export async function placeOf(
  folder: string,
  root: string,
  path: string,
): Promise<string | undefined> {
  const written = path.replaceAll("\\", "/");
  const inner = written.replace(/^(?:\.\.\/)+/, "");
  const tries = [
    resolve(folder, root, written),
    resolve(folder, written),
    resolve(folder, inner),
  ];
  for (const one of tries) {
    const way = relative(resolve(folder), one);
    if (way.startsWith("..") || resolve(way) === way) continue; // leads out of the data
    if (await isThere(one)) return one;
  }
  return undefined;
}
