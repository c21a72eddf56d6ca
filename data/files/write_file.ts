import { basename, dirname, join } from "node:path";
import { makeFolder, syncFolder } from "./sync_folder.ts";
import { writing } from "./write_fault.ts";

/**
 * Writes a text file whole or not at all, also if the power fails: a temporary one beside it is
 * flushed to the disk and then takes its name.
 *
 * @param path Missing folders are created.
 * @throws {Error} If the disk does not take it: see `writing`.
 */
export async function writeFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.new-${basename(path)}`);
  await writing(path, async () => {
    await makeFolder(folder);
    try {
      await writeSynced(temporary, text);
      await Deno.rename(temporary, path);
      await syncFolder(folder);
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  });
}

async function writeSynced(path: string, text: string): Promise<void> {
  await Deno.remove(path).catch(() => {}); // a link would lead elsewhere
  using file = await Deno.open(path, { write: true, createNew: true });
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}
