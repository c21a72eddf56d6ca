import { basename, dirname, join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { quoted } from "../../short_text.ts";
import { imagesIn, isImageName } from "../labels/image_names.ts";
import { labelReader } from "../labels/label_reader.ts";
import { placeOf } from "./place.ts";

/** Images of folders and of lists of paths. */
export async function imagesOf(
  places: readonly string[],
  folder: string,
  unread: string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of places) {
    if (await isThere(place, "folder")) {
      const names = await imagesIn(place);
      found.push(...names.images.map((name) => join(place, name)));
      unread.push(...names.unread);
      continue;
    }
    if (isImageName(place)) {
      found.push(place);
      continue;
    }
    const text = await labelReader().text(place, basename(place));
    for (const [i, line] of text.split(/\r?\n/).entries()) {
      if (line.trim() === "") continue;
      const path = await placeOf(folder, ".", line.trim().replace(/^\.\//, "")) ??
        await placeOf(dirname(place), ".", line.trim());
      if (path === undefined) {
        throw new SyntaxError(
          `${place}, line ${i + 1}: there is no image ${quoted(line.trim())}`,
        );
      }
      found.push(path);
    }
  }
  return found;
}
