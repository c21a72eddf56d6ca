import { realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/**
 * The path of a file in a run's folder. The folder may come from somewhere else, so that a link in
 * it may lead to other files of the folder and nowhere else.
 *
 * @returns The path, also of a file that is not there.
 * @throws {RangeError} If it is a link that leads out of the folder.
 *
 * @example
 * ```ts
 * import { fileOfRun } from "./file_of_run.ts";
 *
 * await fileOfRun("runs/mine", "metrics.jsonl"); // "runs/mine/metrics.jsonl"
 * ```
 */
export async function fileOfRun(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  let real: string, base: string;
  try {
    [real, base] = await Promise.all([realpath(path), realpath(folder)]);
  } catch {
    return path; // whoever reads it finds out
  }
  const way = relative(base, real);
  if (way !== ".." && !way.startsWith(`..${sep}`)) return path;
  throw new RangeError(
    `${path} is a link that leads out of its folder: put the file itself there`,
  );
}
