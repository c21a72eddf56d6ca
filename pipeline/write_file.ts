import { basename, dirname, join } from "node:path";

/**
 * Writes a text file whole or not at all: a temporary one beside it takes its name at the end.
 *
 * @param path Its folder is made where it is missing.
 */
export async function writeFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.new-${basename(path)}`);
  await Deno.mkdir(folder, { recursive: true });
  try {
    await Deno.writeTextFile(temporary, text);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}
