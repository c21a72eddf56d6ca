import { join } from "node:path";
import { isOwn } from "../../data/files/own_file.ts";
import { writing } from "../../data/files/write_fault.ts";

/** The hold that one process has on a run's folder. */
export interface RunLock {
  /** Lets another process have the folder; a second call does nothing. */
  release(): void;
}

/** The file that carries the lock; it stays in the folder and means nothing unlocked. */
export const LOCK_FILE = ".lock";

/**
 * Takes a run's folder for this process alone. The system itself lets go of the lock when the
 * process ends, however it ends: a dead process holds nothing.
 *
 * @param folder An existing folder.
 * @throws {Error} If another process has it: names that process.
 * @throws {TypeError} If its lock file is a link.
 */
export async function lockRun(folder: string): Promise<RunLock> {
  const path = join(folder, LOCK_FILE);
  await isOwn(path, "file");
  const file = await writing(
    path,
    () => Deno.open(path, { read: true, write: true, create: true }),
  );
  let locked: boolean;
  try {
    locked = await file.tryLock(true);
  } catch {
    locked = true; // a file system without locks: nothing can be said there
  }
  if (!locked) {
    const who = await holder(file);
    file.close();
    throw new Error(
      `${folder} is in use by another run${who}: wait for it to end, or choose another option out`,
    );
  }
  try {
    await writing(path, async () => {
      await file.truncate();
      await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
    });
  } catch (error) {
    file.close();
    throw error;
  }
  let held = true;
  return {
    release() {
      if (held) file.close(); // and with it the lock
      held = false;
    },
  };
}

async function holder(file: Deno.FsFile): Promise<string> {
  const bytes = new Uint8Array(200);
  const read = await file.read(bytes).catch(() => null);
  const text = new TextDecoder().decode(bytes.subarray(0, read ?? 0)).trim();
  return /^\d+$/.test(text) ? ` (process ${text})` : "";
}
