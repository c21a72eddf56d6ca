import { join } from "node:path";
import { foreignNote } from "../foreign.ts";
import { labelReader } from "./label_reader.ts";

/**
 * What is wrong if no label file has an image: another tool's file, or other names.
 *
 * @param labels Names of the label files, one or more.
 * @param folder Where they are.
 */
export async function noImageOf(
  labels: readonly string[],
  folder: string,
): Promise<SyntaxError> {
  const [first] = labels;
  const path = join(folder, first!);
  const text = await labelReader().text(path, first!).catch(() => "");
  const reason = foreignNote(text) ??
    `there is no image of this name, nor one for any of the ${labels.length} label files: name ` +
      "each as its image";
  return new SyntaxError(`${path}: ${reason}`);
}
