import { join, resolve } from "node:path";
import { writeFile } from "../../data/files/write_file.ts";
import { repairFolder } from "../../data/files/write_folder.ts";
import { checkpointText, type Ingredients, TRAINER } from "../checkpoint/checkpoint.ts";
import { retireNewer } from "../checkpoint/folders.ts";
import { checkUnused } from "../run_folder/check_unused.ts";
import { newRunFolder } from "../run_folder/new_run_folder.ts";
import { lockRun } from "../run_folder/run_lock.ts";
import type { BegunRun } from "./begin_run.ts";
import { BEGINNING } from "./start.ts";

/**
 * Refuses a folder for a new run that has files in it.
 *
 * @throws {Error} If it does; see `checkUnused`.
 */
export async function checkFolder(
  { given: { out }, checkpoint }: BegunRun,
): Promise<void> {
  if (out === undefined || checkpoint?.run !== undefined) return;
  await checkNew(resolve(out));
}

/**
 * Makes and locks the folder of a new run, and writes the record of its beginning first: a run
 * that is killed before its first checkpoint begins again from it.
 *
 * @param locks Releases the lock.
 */
export async function newFolder(
  task: "train" | "sft",
  { given: { out }, settings }: BegunRun,
  made: Ingredients,
  locks: DisposableStack,
): Promise<string> {
  const folder = await newRunFolder(out, task);
  const lock = await lockRun(folder);
  locks.defer(() => lock.release());
  await checkNew(folder);
  const text = checkpointText({ task, settings, made, progress: BEGINNING });
  await writeFile(join(folder, TRAINER), text);
  return folder;
}

/**
 * Brings the folder of a resumed run back to the step that it is resumed from.
 *
 * @returns A sentence on each newer checkpoint that is put aside.
 */
export async function rewindFolder(folder: string, step: number): Promise<string[]> {
  await repairFolder(join(folder, "model"));
  return await retireNewer(folder, step);
}

function checkNew(folder: string): Promise<void> {
  return checkUnused(folder, `resume it with option resume ${folder}`);
}
