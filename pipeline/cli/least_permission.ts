import { isThereSync } from "../../data/files/is_there.ts";
import { parsePart } from "../../data/questions/held_out_part.ts";
import { parseFileSpec } from "../../data/formats/file_spec.ts";
import { isManifestPath, readDataManifest } from "../run_folder/data_manifest.ts";
import { dataOnHub } from "../open/find_data.ts";
import { parseProbe } from "../open/probe.ts";
import { hubName } from "../../data/hub/hub_name.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * Gives up, for the rest of this process, the permissions that a run with these settings does
 * not need, before the run loads anything that is not the project's own:
 *
 * - `run`, always;
 * - `net`, unless a setting names a repository of the Hub or asks for the live page;
 * - the environment variable HF_TOKEN, unless a setting names a repository of the Hub;
 * - `ffi`, if modules with rewards are loaded: sharp and the engine are loaded first.
 *
 * A permission that is given up cannot be had again, in workers neither. It does nothing about
 * HF_TOKEN if the process may read every variable, as under `--allow-all`.
 *
 * @param settings Of the run; those of a resumed run included.
 */
export async function giveUpPermissions(settings: Settings): Promise<void> {
  const asksHub = namesHub(settings) && !await isOffline();
  await Deno.permissions.revoke({ name: "run" });
  if (!asksHub) {
    await Deno.permissions.revoke({ name: "env", variable: "HF_TOKEN" });
    if (!settings.watch) await Deno.permissions.revoke({ name: "net" });
  }
  if (settings.reward.length > 0) {
    await loadLibraries(settings);
    await Deno.permissions.revoke({ name: "ffi" });
  }
}

/**
 * Whether a run asks the Hub for its model, adapter or data: the text is the name of a
 * repository, and there is no file or folder of that name.
 *
 * @example
 * ```ts
 * import { namesHub } from "./least_permission.ts";
 * import { resolveSettings } from "../settings/settings.ts";
 *
 * namesHub(resolveSettings()); // false
 * namesHub(resolveSettings({ model: "Qwen/Qwen2-VL-2B-Instruct" })); // true
 * ```
 */
export function namesHub(
  { model, adapter, data, testData, probe, predictions }: Settings,
): boolean {
  if (predictions !== undefined) return false; // no model is asked
  const specs = [data, testData, ...probe.map((text) => parseProbe(text).spec)];
  return [model, adapter].some((text) => text !== undefined && isRepository(text)) ||
    specs.some((spec) => spec !== undefined && isDataOnHub(spec));
}

/** Whether the environment says not to ask the Hub. Its code is loaded only here and to ask it. */
async function isOffline(): Promise<boolean> {
  const { hubAccess } = await import("../../data/hub/access.ts");
  return hubAccess().offline;
}

function isRepository(text: string): boolean {
  return hubName(text) !== undefined && !isThereSync(text, "folder");
}

function isDataOnHub(spec: string): boolean {
  try {
    if (isManifestPath(spec)) {
      const { data, testData } = readDataManifest(spec);
      return isDataOnHub(data) || testData !== undefined && isDataOnHub(testData);
    }
    const { rest } = parsePart(spec);
    if (rest.startsWith("emoji:")) return false;
    const file = parseFileSpec(rest);
    return dataOnHub(file) !== undefined && !isThereSync(file.path);
  } catch {
    return false; // no data: the run says why
  }
}

/** Loads what needs `ffi`. What does not load is told by the run, when it needs it. */
async function loadLibraries({ backend }: Settings): Promise<void> {
  const { startBackend } = await import("../../stages/engine/backend.ts");
  await Promise.allSettled([import("npm:sharp@0.35.5"), startBackend(backend)]);
}
