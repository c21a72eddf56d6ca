import { basename, dirname, join } from "node:path";
import { isThere } from "../files/is_there.ts";
import { pictureFolder } from "../pictures/picture.ts";
import { readAnnotations } from "./annotations.ts";
import type { AbsentOf } from "./labels/absent.ts";
import { type DetectionOptions, detectionRows } from "./labels/detection_rows.ts";
import type { RowSet } from "./rows.ts";

/**
 * Opens annotations of COCO's form (instances_*.json) as detection questions, one for each
 * image and category that is in it.
 *
 * Leaves out categories of which an image has a crowd region (not all of their boxes are known)
 * and objects without area. About `absent` of all questions are about a category that the
 * image does not show; which ones depends on ids alone.
 *
 * @throws {SyntaxError} If the file does not have that form: names file and place.
 * @throws {RangeError} If a category is unknown, or nothing is left to ask.
 */
export async function openCoco(path: string, options: DetectionOptions): Promise<RowSet> {
  return await annotatedRows("coco", path, options);
}

/** What COCO and LVIS share; see `openCoco` and `openLvis`. */
export async function annotatedRows(
  kind: string,
  path: string,
  options: DetectionOptions,
  absentOf?: AbsentOf,
): Promise<RowSet> {
  const annotations = await readAnnotations(path);
  const { bytes, sha256 } = annotations;
  const folder = await folderOf(path, options.images, annotations.images[0]?.file);
  return detectionRows(annotations, {
    ...options,
    ...{ path, folder, absentOf },
    unit: "pixels",
    name: basename(path, ".json"),
    manifest: { kind, file: { path: basename(path), bytes, sha256 } },
  });
}

/**
 * The folder of the images: the one given, else COCO's own layout (annotations/instances_X.json
 * beside X), else `images` beside the file, else the file's folder.
 */
async function folderOf(
  path: string,
  given: string | undefined,
  first: string | undefined,
) {
  const folder = dirname(path);
  const split = /_([^_]+)\.json$/.exec(basename(path))?.[1];
  if (given === undefined && split !== undefined) {
    const beside = join(folder, "..", split);
    if (await isThere(beside, "folder")) return beside;
  }
  const guessed = await pictureFolder(folder, given, first);
  if (given !== undefined || first === undefined || await isThere(join(guessed, first))) {
    return guessed;
  }
  for (const way of [`images/${split ?? ""}`, "images", ""]) { // as CVAT's exports have it
    const beside = join(folder, "..", way);
    if (await isThere(join(beside, first))) return beside;
  }
  return guessed;
}
