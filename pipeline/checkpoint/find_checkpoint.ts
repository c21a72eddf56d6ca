import { isTaken } from "../../data/files/is_there.ts";
import { basename, dirname, join } from "node:path";
import { type Checkpoint, readCheckpoint, TRAINER } from "./checkpoint.ts";
import { CHECKSUMS, damageOf } from "./checksums.ts";
import { checkOwnCheckpoints, stepFolders, stepOf } from "./folders.ts";

/** What a path to resume from means. */
export interface CheckpointPlace {
  /** As it was given. */
  readonly path: string;
  /** The folder of a checkpoint. @default the newest sound one of the run */
  readonly folder?: string;
  /** The run that it belongs to, unless it was copied out of its run. */
  readonly run?: string;
}

/** A checkpoint and where it lies. */
export interface FoundCheckpoint extends Checkpoint {
  /** Undefined if the run ended before its first checkpoint: it starts again. */
  readonly folder: string | undefined;
  /** Undefined if the checkpoint was copied out of its run. */
  readonly run: string | undefined;
  /** Sentences on newer checkpoints that are damaged. */
  readonly damaged: readonly string[];
}

/**
 * What a path means: the folder of a checkpoint, or of a run. Links and spellings such as
 * `run/.` make no difference. Nothing is read but names.
 *
 * @throws {Error} If it is neither.
 */
export async function locateCheckpoint(path: string): Promise<CheckpointPlace> {
  const real = await Deno.realPath(path).catch(() => undefined);
  if (real === undefined) throw none(path, "there is no such folder");
  const parent = dirname(real);
  if (basename(real) === "checkpoints" && await isRun(parent)) {
    return { path, run: parent };
  }
  if (await isRun(real)) return { path, run: real };
  if (!await has(real, TRAINER) && !await has(real, CHECKSUMS)) {
    const [newest] = await stepFolders(real);
    throw none(
      path,
      newest === undefined
        ? "it is neither a run's folder nor a checkpoint's"
        : "it has nothing of a run but checkpoints",
      newest && `option resume ${newest.folder} begins a new run from one`,
    );
  }
  const inRun = basename(parent) === "checkpoints" && await isRun(dirname(parent));
  return { path, folder: real, ...inRun && { run: dirname(parent) } };
}

/**
 * The checkpoint of a place: of a run, its newest sound one. Every file is compared with the
 * checksums that it was written with. A run that was stopped before its first checkpoint is
 * found as its beginning.
 *
 * @throws {Error} If there is none, or none that is sound: names the damage of each.
 * @throws {SyntaxError} If the record of a run's beginning is damaged.
 * @throws {TypeError} If the run's folder of checkpoints is a link.
 */
export async function findCheckpoint(place: CheckpointPlace): Promise<FoundCheckpoint> {
  const { path, folder, run } = place;
  if (folder === undefined) return await findNewest(path, run!);
  const found = await read(folder, undefined);
  if (typeof found === "string") {
    const remedy = run === undefined
      ? "take another copy of it"
      : `option resume ${run} falls back to an older one`;
    throw new Error(`The checkpoint ${path} is damaged: ${found}; ${remedy}`);
  }
  return { ...found, folder, run, damaged: [] };
}

async function findNewest(path: string, run: string): Promise<FoundCheckpoint> {
  await checkOwnCheckpoints(run);
  const damaged: string[] = [];
  for (const { folder, step } of await stepFolders(run)) {
    const found = await read(folder, step);
    if (typeof found !== "string") return { ...found, folder, run, damaged };
    damaged.push(found);
  }
  if (damaged.length > 0) {
    throw new Error(
      `No checkpoint of ${path} is sound: ${
        damaged.join("; ")
      }. Start again in a new folder`,
    );
  }
  const beginning = await readCheckpoint(run);
  if (beginning === undefined || beginning.progress.step > 0) {
    throw none(path, `it has no checkpoint and no ${TRAINER}, which a run writes first`);
  }
  return { ...beginning, folder: undefined, run, damaged };
}

/** A checkpoint, or what is wrong with it. */
async function read(
  folder: string,
  step: number | undefined,
): Promise<Checkpoint | string> {
  const damage = await damageOf(folder);
  if (damage !== undefined) return damage;
  const found = await readCheckpoint(folder);
  if (found === undefined) return `${join(folder, TRAINER)} is missing`;
  if (step !== undefined && found.progress.step !== step) {
    return `${folder} was renamed: it is of step ${found.progress.step}`;
  }
  return found;
}

/**
 * Whether a folder is that of a run that has at least started. Checkpoints in it do not tell:
 * somebody may have collected them.
 */
async function isRun(folder: string): Promise<boolean> {
  const named = stepOf(basename(folder)) !== undefined;
  if (named && basename(dirname(folder)) === "checkpoints") return false;
  for (const name of ["metrics.jsonl", "manifest.json"]) {
    if (await has(folder, name)) return true;
  }
  return await has(folder, TRAINER) && !await has(folder, CHECKSUMS) &&
    !await has(folder, "policy.json");
}

function has(folder: string, name: string): Promise<boolean> {
  return isTaken(join(folder, name));
}

function none(
  path: string,
  reason: string,
  remedy = "option resume takes the folder of a run that was stopped, as in runs/NAME",
): Error {
  return new Error(`There is no checkpoint in ${path}: ${reason}; ${remedy}`);
}
