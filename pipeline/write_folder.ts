import { basename, dirname, join } from "node:path";

/**
 * Makes a folder whole or not at all: `write` fills a temporary one beside it, which then takes
 * its name. An older folder of that name gives way at the end only.
 *
 * @param folder Its parent is made where it is missing.
 * @param write Gets the empty temporary folder; where it fails, nothing is left of it.
 */
export async function writeFolder(
  folder: string,
  write: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(folder, "new");
  const older = temporaryName(folder, "old");
  await remove(temporary);
  await Deno.mkdir(temporary, { recursive: true });
  try {
    await write(temporary);
    await remove(older);
    await renameIfThere(folder, older);
    await Deno.rename(temporary, folder);
  } catch (error) {
    await remove(temporary);
    throw error;
  }
  await remove(older);
}

function temporaryName(folder: string, age: "new" | "old"): string {
  return join(dirname(folder), `.${age}-${basename(folder)}`);
}

async function remove(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(unlessMissing);
}

async function renameIfThere(from: string, to: string): Promise<void> {
  await Deno.rename(from, to).catch(unlessMissing);
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
