import { basename, dirname, join } from "node:path";
import { isTaken } from "./is_there.ts";
import { isOwn } from "./own_file.ts";
import { makeFolder, syncFolder, syncTree } from "./sync_folder.ts";
import { writing } from "./write_fault.ts";

/**
 * Makes a folder whole or not at all, also if the power fails: `write` fills a temporary one
 * beside it, whose files are flushed to the disk before it takes the name. An older folder of
 * that name gives way only then.
 *
 * @param folder Missing parents are created.
 * @param write Gets the empty temporary folder; if it throws, the folder is removed.
 * @throws {Error} If the disk does not take it: see `writing`.
 * @throws {TypeError} If `folder` is a link, or a file.
 */
export async function writeFolder(
  folder: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const parent = dirname(folder);
  const temporary = besideOf(folder, "new"), older = besideOf(folder, "old");
  await writing(folder, async () => {
    await makeFolder(parent);
    await repairFolder(folder);
    await isOwn(folder, "folder");
    await removeFolder(temporary);
    await Deno.mkdir(temporary);
    let moved = false;
    try {
      await write(temporary);
      await syncTree(temporary);
      await removeFolder(older);
      moved = await renameIfThere(folder, older);
      await Deno.rename(temporary, folder);
    } catch (error) {
      if (moved) await Deno.rename(older, folder).catch(() => {});
      await removeFolder(temporary).catch(() => {});
      throw error;
    }
    await syncFolder(parent);
    await removeFolder(older);
  });
}

/**
 * Restores the older folder if the process was killed, or the power failed, between the two renames
 * of {@linkcode writeFolder}.
 */
export async function repairFolder(folder: string): Promise<void> {
  if (!await isTaken(folder)) await renameIfThere(besideOf(folder, "old"), folder);
}

/** The name beside a folder that its successor or its predecessor has for a moment. */
export function besideOf(folder: string, age: "new" | "old"): string {
  return join(dirname(folder), `.${age}-${basename(folder)}`);
}

/**
 * Removes a folder that this program has made, if it is there.
 *
 * @throws {TypeError} If it is a link, or not a folder: then somebody else made it.
 */
export async function removeFolder(folder: string): Promise<void> {
  if (await isOwn(folder, "folder")) await Deno.remove(folder, { recursive: true });
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await Deno.rename(from, to);
    return true;
  } catch (error) {
    unlessMissing(error);
    return false;
  }
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
