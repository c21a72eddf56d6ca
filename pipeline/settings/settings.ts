import { nearestName } from "../../data/nearest_name.ts";
import { checkSetting } from "./check_setting.ts";
import type { Setting, SettingValue } from "./setting.ts";
import { SETTINGS } from "./table.ts";

/** All settings of a run, checked and complete; `SETTINGS` says what each means. */
export type Settings = {
  readonly [Name in SettingName]: SettingValue<(typeof SETTINGS)[Name]>;
};

/** The name of a setting. */
export type SettingName = keyof typeof SETTINGS;

/** Settings as a caller gives them; what is absent has its default. */
export type SettingsInput = Partial<Settings>;

/**
 * The settings by name, each with all that a row can say.
 *
 * @param task Only those of this command.
 */
export function settingRows(task?: Setting["tasks"][number]): [SettingName, Setting][] {
  const rows = Object.entries<Setting>(SETTINGS) as [SettingName, Setting][];
  return rows.filter(([, { tasks }]) => task === undefined || tasks.includes(task));
}

/** Settings of a process and not of the run: they say nothing of the steps. */
export const OF_PROCESS: readonly string[] = settingRows()
  .filter(([, { ofProcess }]) => ofProcess).map(([name]) => name);

/**
 * Lays settings over the defaults, later layers over earlier ones, and checks each.
 *
 * @throws {TypeError} If a name is none of the settings; the message has the nearest one.
 * @throws {RangeError} If a value is not one that its setting takes.
 *
 * @example
 * ```ts
 * import { resolveSettings } from "./settings.ts";
 *
 * resolveSettings({ steps: 10 }, { steps: 20 }).steps; // 20
 * resolveSettings().numGenerations; // 8
 * ```
 */
export function resolveSettings(...layers: readonly SettingsInput[]): Settings {
  const resolved: Record<string, unknown> = {};
  for (const [name, setting] of settingRows()) resolved[name] = setting.default;
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      if (value === undefined) continue;
      if (!Object.hasOwn(SETTINGS, name)) throw unknownSetting(name);
      resolved[name] = checkSetting(name, SETTINGS[name as SettingName], value);
    }
  }
  const settings = resolved as unknown as Settings;
  if (settings.temperature === 0) {
    throw new RangeError(
      "temperature must be above 0: without chance a group's completions are all equal; " +
        "for greedy evaluation set evalTemperature 0",
    );
  }
  if (settings.targets === "full" && !settings.thinking) {
    throw new RangeError(
      "targets full does not go with option thinking false: it learns thoughts; leave one out",
    );
  }
  return settings;
}

function unknownSetting(name: string): TypeError {
  const near = nearestName(name, Object.keys(SETTINGS));
  const remedy = near
    ? `did you mean ${JSON.stringify(near)}?`
    : "docs/settings.md lists all settings";
  return new TypeError(`There is no setting ${JSON.stringify(name)}: ${remedy}`);
}
