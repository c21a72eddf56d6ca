import { join } from "node:path";
import { TRAINER } from "../checkpoint/checkpoint.ts";
import {
  findCheckpoint,
  type FoundCheckpoint,
  locateCheckpoint,
} from "../checkpoint/find_checkpoint.ts";
import { checkTrusted } from "../open/trust.ts";
import { lockRun, type RunLock } from "../run_folder/run_lock.ts";
import {
  resolveSettings,
  type Settings,
  type SettingsInput,
} from "../settings/settings.ts";

/** A run's settings and the checkpoint that it resumes, before anything is opened. */
export interface BegunRun {
  /** The settings as the caller gave them. */
  readonly given: SettingsInput;
  /** The settings of the run, complete. */
  readonly settings: Settings;
  /** What is resumed; absent for a new run. */
  readonly checkpoint?: FoundCheckpoint;
  /** Of the run that is resumed; the caller of `beginRun` releases it. */
  readonly lock?: RunLock;
}

/**
 * Reads the settings of a run: those given, over those of the run that `resume` names, over the
 * defaults. A run that is resumed is locked first, and its newest sound checkpoint found.
 *
 * @throws If a setting cannot be used; or if `resume` names no run, one that another process
 * has, or one that names code: see `resolveSettings`, `findCheckpoint`, `lockRun` and
 * `checkTrusted`.
 */
export async function beginRun(given: SettingsInput): Promise<BegunRun> {
  const { resume, ...own } = given;
  if (resume === undefined) return { given, settings: resolveSettings(own) };
  const place = await locateCheckpoint(resume);
  const lock = place.run === undefined ? undefined : await lockRun(place.run);
  try {
    const checkpoint = await findCheckpoint(place);
    const file = join(checkpoint.folder ?? checkpoint.run!, TRAINER);
    const kept = keptSettings(checkpoint.settings);
    checkTrusted(file, kept, own);
    return { given, settings: resolveSettings(kept, own), checkpoint, lock };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** A run's settings without those that have to be given again when it is resumed. */
function keptSettings(settings: Settings): SettingsInput {
  const { out: _out, trustCode: _trust, acceptChanges: _accept, ...kept } = settings;
  return kept;
}
