import { join } from "node:path";
import { isOwn } from "../../data/files/own_file.ts";
import { besideOf, removeFolder } from "../../data/files/write_folder.ts";

const CHECKPOINTS = "checkpoints";
const STEP = /^step-(\d+)$/;
const LEFT = /^\.(?:new|old)-step-\d+$/;

/** The folder of the checkpoint of a step. */
export function stepFolder(run: string, step: number): string {
  return join(run, CHECKPOINTS, `step-${String(step).padStart(6, "0")}`);
}

/** The step that a checkpoint's folder is named after; `undefined` for other names. */
export function stepOf(name: string): number | undefined {
  const [, digits] = STEP.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A run's checkpoints, newest first. */
export async function stepFolders(
  run: string,
): Promise<{ readonly folder: string; readonly step: number }[]> {
  const found = (await entries(run)).flatMap((name) => {
    const step = stepOf(name);
    return step === undefined ? [] : [{ folder: join(run, CHECKPOINTS, name), step }];
  });
  return found.sort((a, b) => b.step - a.step);
}

/**
 * Makes sure that a run's checkpoints lie in the run's folder.
 *
 * @throws {TypeError} If `checkpoints` is a link, or not a folder.
 */
export async function checkOwnCheckpoints(run: string): Promise<void> {
  await isOwn(join(run, CHECKPOINTS), "folder");
}

/**
 * Renames the checkpoints of later steps: the run takes another course from here, and they would
 * be taken for its newest. Their files are kept until the next checkpoint is written.
 *
 * @returns A sentence on each.
 */
export async function retireNewer(run: string, step: number): Promise<string[]> {
  await checkOwnCheckpoints(run);
  const notices: string[] = [];
  for (const newer of await stepFolders(run)) {
    if (newer.step <= step) continue;
    const aside = besideOf(newer.folder, "old");
    await removeFolder(aside);
    await Deno.rename(newer.folder, aside);
    notices.push(
      `The checkpoint of step ${newer.step} is put aside as ${aside} and goes when the next ` +
        `one is written: the run continues from step ${step}`,
    );
  }
  return notices;
}

/**
 * Removes all checkpoints of a run except some, and the remains of interrupted writes. Only
 * folders directly in `<run>/checkpoints` that have the names of checkpoints are ever removed.
 *
 * @param keep Folders that stay, as {@linkcode stepFolders} names them.
 * @throws {TypeError} If `checkpoints` is a link: nothing is removed through it.
 */
export async function removeOthers(run: string, keep: readonly string[]): Promise<void> {
  await checkOwnCheckpoints(run);
  for (const name of await entries(run)) {
    const folder = join(run, CHECKPOINTS, name);
    const ours = STEP.test(name) || LEFT.test(name);
    if (ours && !keep.includes(folder)) await removeFolder(folder);
  }
}

/** Names of the folders, not links, in a run's folder of checkpoints. */
async function entries(run: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(join(run, CHECKPOINTS))) {
      if (isDirectory) names.push(name);
    }
  } catch (error) {
    const none = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (!none) throw error;
  }
  return names;
}
