import { quoted } from "../../short_text.ts";
import { noteOf } from "./notes.ts";

/**
 * Whether the image that a label file names is not the one it lies beside: people rename both, and
 * the name in the file stays.
 *
 * @param named As the label file has it, with or without folders.
 * @param image The image of the label file's own name.
 * @param images All images beside it.
 * @param place For errors.
 * @throws {SyntaxError} If the image that is named is there: it cannot be told which is meant.
 */
export function isOfAnother(
  named: string | null | undefined,
  image: string,
  images: readonly string[],
  place: string,
): boolean {
  const name = named?.split(/[/\\]/).at(-1)?.trim();
  if (!name || name === image) return false;
  if (!images.includes(name)) return true;
  throw new SyntaxError(
    `${place} is ${quoted(name)}, and the file lies beside ${
      quoted(image)
    }: both images are ` +
      "there; correct the name in the file, or rename the file",
  );
}

/** Tells of label files that name an image which is not there. */
export function renamedNote(files: readonly string[]): readonly string[] {
  return noteOf(
    files,
    "label file names another image, which is not there; it is read for the image of its own name",
    "label files name another image, which is not there; they are read for the image of their " +
      "own name",
  );
}
