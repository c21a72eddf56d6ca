import { annotatedRows } from "./coco.ts";
import type { DetectionOptions } from "./labels/detection_rows.ts";
import type { RowSet } from "./rows.ts";

/**
 * Opens annotations of LVIS (lvis_v1_*.json) as detection questions, one for each image and
 * category that is in it.
 *
 * LVIS marks each image's categories federally: left out are those of which some objects may
 * not be marked (`not_exhaustive_category_ids`), and absent is only what was looked for and not
 * found (`neg_category_ids`). Images lie where `coco_url` says, `train2017/….jpg` below the
 * folder of the images. All else is as with `openCoco`.
 *
 * @throws {SyntaxError} If the file does not have that form: names file and place.
 * @throws {RangeError} If a category is unknown, or nothing is left to ask.
 */
export async function openLvis(path: string, options: DetectionOptions): Promise<RowSet> {
  return await annotatedRows("lvis", path, options, ({ absent }, chosen, present) => {
    const looked = new Set(absent);
    return chosen.filter(({ id }) => looked.has(id) && !present.has(id));
  });
}
