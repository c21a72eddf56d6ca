import { basename, dirname, join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { quoted } from "../../short_text.ts";
import { imagesBelow, isImageName } from "../labels/image_names.ts";
import { labelReader } from "../labels/label_reader.ts";
import { placeOf } from "./place.ts";

/**
 * Images of folders, with those of the folders in them, and of lists of paths. An image that is
 * there twice is one.
 *
 * @throws {SyntaxError} If a list names an image that is not there: names file and line.
 */
export async function imagesOf(
  places: readonly string[],
  folder: string,
  unread: string[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of places) {
    if (await isThere(place, "folder")) {
      const names = await imagesBelow(place);
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
      const written = line.trim(), beside = dirname(place);
      // "./" is the list's own folder; other paths start at that of the data.
      const roots = written.startsWith("./") ? [beside, folder] : [folder, beside];
      const path = await placeOf(roots[0]!, ".", written) ??
        await placeOf(roots[1]!, ".", written);
      if (path === undefined) {
        throw new SyntaxError(
          `${place}, line ${i + 1}: there is no image ${quoted(line.trim())}`,
        );
      }
      found.push(path);
    }
  }
  return [...new Set(found)];
}
