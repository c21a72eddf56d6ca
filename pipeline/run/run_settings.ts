import { join } from "node:path";
import { readCheckpoint, TRAINER } from "../checkpoint/checkpoint.ts";
import {
  findCheckpoint,
  type FoundCheckpoint,
  locateCheckpoint,
} from "../checkpoint/find_checkpoint.ts";
import { stepFolders } from "../checkpoint/folders.ts";
import { lockRun, type RunLock } from "../run_folder/run_lock.ts";
import {
  resolveSettings,
  type Settings,
  type SettingsInput,
} from "../settings/settings.ts";
import { checkTrusted } from "../open/trust.ts";

/** Settings of a run, and what it resumes. */
export interface RunSettings {
  readonly settings: Settings;
  readonly checkpoint: FoundCheckpoint | undefined;
  /** Of the run that is resumed; the caller releases it. */
  readonly lock: RunLock | undefined;
}

/**
 * The settings of a run: those given, over those of the run that `resume` names, over the
 * defaults. A run that is resumed is locked first.
 *
 * @throws If a setting cannot be used, or `resume` names no run, or one that another process
 * has, or one that names code: see `resolveSettings`, `findCheckpoint`, `lockRun` and
 * `checkTrusted`.
 */
export async function runSettings(
  { resume, ...given }: SettingsInput,
): Promise<RunSettings> {
  if (resume === undefined) {
    return { settings: resolveSettings(given), checkpoint: undefined, lock: undefined };
  }
  const place = await locateCheckpoint(resume);
  const lock = place.run === undefined ? undefined : await lockRun(place.run);
  try {
    const checkpoint = await findCheckpoint(place);
    const file = join(checkpoint.folder ?? checkpoint.run!, TRAINER);
    const kept = keptSettings(checkpoint.settings);
    checkTrusted(file, kept, given);
    return { settings: resolveSettings(kept, given), checkpoint, lock };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/**
 * What {@linkcode runSettings} will say, as far as a look at the run tells: nothing is locked,
 * and no checkpoint is compared with its checksums.
 *
 * @throws If a setting cannot be used, or `resume` names no run.
 */
export async function expectedSettings(
  { resume, ...given }: SettingsInput,
): Promise<Settings> {
  if (resume === undefined) return resolveSettings(given);
  const { folder, run } = await locateCheckpoint(resume);
  const folders = folder === undefined
    ? [...(await stepFolders(run!)).map(({ folder }) => folder), run!]
    : [folder];
  for (const one of folders) {
    const found = await readCheckpoint(one).catch(() => undefined);
    if (found) return resolveSettings(keptSettings(found.settings), given);
  }
  return resolveSettings(given);
}

/** The settings of a run without those of a sitting. */
function keptSettings(settings: Settings): SettingsInput {
  const { out: _out, trustCode: _trust, acceptChanges: _accept, ...kept } = settings;
  return kept;
}
