/**
 * Whether a file or folder that a run writes to exists.
 *
 * Links are refused: a folder from elsewhere may hold links to other files of the user.
 *
 * @throws {TypeError} If it is a link, or not of this kind.
 */
export async function isOwn(path: string, kind: "file" | "folder"): Promise<boolean> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (kind === "file" ? info.isFile : info.isDirectory) return true;
  throw new TypeError(
    `${path} is ${
      info.isSymlink ? "a link" : `not a ${kind}`
    }: a run writes to files and ` +
      "folders of its own only; move it somewhere else",
  );
}
