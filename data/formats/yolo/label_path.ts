import { extname } from "node:path";

/** Where the labels of an image are: in labels/ for images/, else beside it. */
export function labelPath(image: string): string {
  const parts = image.split("/");
  const at = parts.lastIndexOf("images");
  if (at >= 0) parts[at] = "labels";
  const file = parts.at(-1)!;
  parts[parts.length - 1] = `${file.slice(0, file.length - extname(file).length)}.txt`;
  return parts.join("/");
}
