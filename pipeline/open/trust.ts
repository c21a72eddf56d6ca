import { isManifestPath, readDataManifest } from "../run_folder/data_manifest.ts";
import type { SettingName, SettingsInput } from "../settings/settings.ts";
import type { Setting } from "../settings/setting.ts";
import { SETTINGS } from "../settings/table.ts";

/** Settings that run code or choose where files are written. */
const NEED_TRUST = [
  "reward",
  "tensorboard",
  "evalCache",
  "existMap",
  "out",
  "resume",
] as const;

/**
 * Refuses settings of a file that would run code or write to places of the file's choice: a run
 * folder or a configuration may be somebody else's. What the user's own command line says, or a
 * program passes, needs no trust.
 *
 * @param file That the settings come from.
 * @param named The settings that it names.
 * @param given The settings that the user gives; `trustCode` among them accepts the file's.
 * @throws {TypeError} If the file names one of them and the user does not: names file, setting
 * and value, and both remedies.
 * @throws {TypeError} If the file asks for trust in itself.
 */
export function checkTrusted(
  file: string,
  named: SettingsInput,
  given: SettingsInput,
): void {
  if (named.trustCode) {
    throw new TypeError(
      `${file} sets "trustCode": only the command line can say that a file is to be trusted, ` +
        "by trustCode",
    );
  }
  if (given.trustCode) return;
  for (const name of NEED_TRUST) {
    const value = named[name];
    if (given[name] !== undefined || isDefault(name, value)) continue;
    const what = name === "reward" ? "the reward module" : "the place to write to";
    const shown = [value].flat().join(", ");
    throw new TypeError(
      `${file} names ${what} ${shown} (option ${name}): if you trust that file set ` +
        `trustCode, or give option ${name} yourself`,
    );
  }
}

function isDefault(name: SettingName, value: unknown): boolean {
  return value === undefined || JSON.stringify(value) ===
      JSON.stringify((SETTINGS[name] as Setting).default);
}

/**
 * Refuses the manifest of a run that would open other data than the embedded one: a manifest may
 * be somebody else's, and names files of its choice or a repository of the Hub.
 *
 * @param specs As the user gives them: manifests' paths, and specifications, which need no trust.
 * @throws {TypeError} If a manifest names such data: names both, and both remedies.
 */
export function checkTrustedData(
  specs: readonly (string | undefined)[],
  trustCode: boolean,
): void {
  if (trustCode) return;
  for (const path of specs) {
    if (path === undefined || !isManifestPath(path)) continue;
    const { data, testData } = readDataManifest(path);
    for (const named of [data, testData]) {
      if (named === undefined || named.startsWith("emoji:")) continue;
      throw new TypeError(
        `${path} names the data ${named}: if you trust that file set trustCode, or give ` +
          `the data yourself, as in option data ${named}`,
      );
    }
  }
}
