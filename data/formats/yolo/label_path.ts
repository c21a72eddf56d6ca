import { join } from "node:path";
import { isThere } from "../../files/is_there.ts";
import { stemOf } from "../labels/image_names.ts";

/** Where the labels of an image are: in labels/ for images/, else beside it. */
export function labelPath(image: string): string {
  const parts = image.split("/");
  const at = parts.lastIndexOf("images");
  if (at >= 0) parts[at] = "labels";
  return `${stemOf(parts.join("/"))}.txt`;
}

/** Like {@linkcode labelPath}, or with its extension in capitals if that file is there. */
export async function labelPathIn(folder: string, image: string): Promise<string> {
  const path = labelPath(image), upper = `${stemOf(path)}.TXT`;
  return await isThere(join(folder, upper)) ? upper : path;
}
