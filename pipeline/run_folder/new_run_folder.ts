import { join, resolve } from "node:path";
import { makeFolder, syncFolder } from "../../data/files/sync_folder.ts";
import { writing } from "../../data/files/write_fault.ts";

/**
 * Makes the folder of a new run.
 *
 * @param out Its name. Default: `runs/<time>-<task>`, with a number behind it if another run has
 * that name already.
 */
export async function newRunFolder(
  out: string | undefined,
  task: string,
): Promise<string> {
  if (out !== undefined) {
    const folder = resolve(out);
    await writing(folder, () => makeFolder(folder));
    return folder;
  }
  const runs = resolve("runs");
  return await writing(runs, async () => {
    await makeFolder(runs);
    const name = `${stamp()}-${task}`;
    for (let n = 1;; n++) {
      const folder = join(runs, n === 1 ? name : `${name}-${n}`);
      try {
        await Deno.mkdir(folder);
      } catch (error) {
        if (error instanceof Deno.errors.AlreadyExists) continue;
        throw error;
      }
      await syncFolder(runs);
      return folder;
    }
  });
}

/** The local time as a folder's name. */
function stamp(): string {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}
