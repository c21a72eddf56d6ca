import { findCheckpoint, type FoundCheckpoint } from "./checkpoint.ts";
import { resolveSettings, type Settings, type SettingsInput } from "./settings.ts";

/** Settings that a run goes by, and the checkpoint that it goes on from. */
export interface RunSettings {
  readonly settings: Settings;
  readonly checkpoint: FoundCheckpoint | undefined;
}

/**
 * The settings of a run: those given, over those of the run that `resume` names, over the
 * defaults.
 *
 * @throws Where a setting cannot be used, or `resume` names no run: see `resolveSettings` and
 * `findCheckpoint`.
 */
export async function runSettings(
  { resume, ...rest }: SettingsInput,
): Promise<RunSettings> {
  const checkpoint = resume === undefined ? undefined : await findCheckpoint(resume);
  return { settings: resolveSettings(checkpoint?.settings ?? {}, rest), checkpoint };
}
