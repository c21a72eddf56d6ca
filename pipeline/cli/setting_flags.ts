import type { Command } from "npm:commander@15.1.0";
import { checkTrusted } from "../open/trust.ts";
import { SETTING_GROUPS, type Task } from "../settings/setting.ts";
import {
  type SettingName,
  settingRows,
  type SettingsInput,
} from "../settings/settings.ts";
import { SETTINGS } from "../settings/table.ts";
import { addFlags, flagOption } from "./flag.ts";
import { readConfig } from "./read_config.ts";

/** The flags that every command with settings has beside them. */
const BESIDE = {
  config: {
    kind: "text",
    about: "JSON file of settings in camelCase; flags override it",
    value: "file",
  },
  json: {
    kind: "switch",
    about: "Write JSON lines to standard output; the default if it is not a terminal",
  },
} as const;

/** Adds the settings of commands as flags, those that matter first and then by group. */
export function addSettingFlags(command: Command, tasks: readonly Task[]): void {
  const rows = settingRows().filter(([, row]) =>
    row.tasks.some((task) => tasks.includes(task))
  );
  for (const [name, row] of rows.filter(([, row]) => row.first)) {
    command.addOption(flagOption(name, row).helpGroup("Most used:"));
  }
  for (const [group, title] of Object.entries(SETTING_GROUPS)) {
    for (const [name, row] of rows) {
      if (row.first || row.group !== group) continue;
      command.addOption(flagOption(name, row).helpGroup(`${title}:`));
    }
  }
  command.optionsGroup("Other:");
  addFlags(command, BESIDE);
}

/** Adds some settings as flags, beside a command's own. */
export function addSomeSettings(command: Command, names: readonly SettingName[]): void {
  for (const name of names) command.addOption(flagOption(name, SETTINGS[name]));
}

/**
 * The settings that a command line has, those of the file of `--config` under them.
 *
 * @param without Flags of the command's own that have a setting's name.
 * @throws If the file cannot be read, or names code or places that the line does not.
 */
export async function readSettings(
  command: Command,
  without: readonly SettingName[] = [],
): Promise<SettingsInput> {
  const { config, ...given } = command.opts<Record<string, unknown>>();
  const line: SettingsInput = Object.fromEntries(
    Object.entries(given).filter(([name]) =>
      Object.hasOwn(SETTINGS, name) && !without.includes(name as SettingName)
    ),
  );
  if (typeof config !== "string") return line;
  const file = await readConfig(config);
  checkTrusted(config, file, line);
  return { ...file, ...line };
}
