/**
 * Refuses a folder that something is in already.
 *
 * @param remedy Another way on than another name, for the message.
 * @throws {Error} Where `folder`, the value of --out, is a file, or not empty.
 */
export async function checkUnused(folder: string, remedy = ""): Promise<void> {
  let used = false;
  try {
    for await (const _ of Deno.readDir(folder)) used = true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw new Error(`--out ${folder} is not a folder: choose another name`);
  }
  if (used) {
    throw new Error(
      `The folder ${folder} is not empty: choose another --out${
        remedy && `, or ${remedy}`
      }`,
    );
  }
}
