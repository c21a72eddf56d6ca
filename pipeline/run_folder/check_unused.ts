import { LOCK_FILE } from "./run_lock.ts";

/**
 * Refuses a folder that something is in already. What a run that ended before it began has left
 * does not count.
 *
 * @param remedy Another way on than another name, for the message.
 * @throws {Error} If `folder`, the value of `out`, is a file, or not empty.
 */
export async function checkUnused(folder: string, remedy = ""): Promise<void> {
  let used = false;
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!LEFT_OVER.includes(name)) used = true;
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new Error(`out ${folder} is not a folder: choose another name`);
  }
  if (used) {
    throw new Error(
      `The folder ${folder} is not empty: choose another option out${
        remedy && `, or ${remedy}`
      }`,
    );
  }
}

const LEFT_OVER = [LOCK_FILE, ".new-trainer.json"];
