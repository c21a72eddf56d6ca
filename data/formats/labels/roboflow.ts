import { join } from "node:path";
import { isThere } from "../../files/is_there.ts";

/** What Roboflow calls the annotations of a split. */
export const ROBOFLOW = "_annotations.coco.json";

/** Whether a folder is a split of Roboflow's COCO export. */
export function hasRoboflow(folder: string): Promise<boolean> {
  return isThere(join(folder, ROBOFLOW));
}
