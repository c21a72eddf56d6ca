import { dirname, join } from "node:path";

/**
 * Flushes a folder's list of names to the disk, so that files made or renamed in it are still
 * there after a power cut. Windows keeps that list by itself and has no such call.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using opened = await Deno.open(folder);
  await opened.sync();
}

/** Flushes all files below a folder, and then the folders, innermost first. */
export async function syncTree(folder: string): Promise<void> {
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await syncTree(path);
    if (isFile) await syncFile(path);
  }
  await syncFolder(folder);
}

/** Flushes a file's bytes to the disk. */
export async function syncFile(path: string): Promise<void> {
  // Windows flushes only what is open for writing.
  using file = await Deno.open(path, { read: true, write: Deno.build.os === "windows" });
  await file.sync();
}

/** Creates a folder and its missing parents, and flushes each of them to the disk. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      if ((await Deno.stat(folder)).isDirectory) return;
      throw error;
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    return await makeFolder(folder);
  }
  await syncFolder(dirname(folder));
}
