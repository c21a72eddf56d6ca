import { stat } from "node:fs/promises";

/** Whether a path is a folder. @throws {Error} If nothing is there. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new Error(
      `data: there is nothing at ${path}; give the path of a file or a folder`,
    );
  }
}
