import { embeddedModel } from "../../data/emoji/model_folder.ts";
import { isThere } from "../../data/files/is_there.ts";
import { besideOf } from "../../data/files/write_folder.ts";
import { hubName } from "../../data/hub/hub_name.ts";
import type { Fetching, SnapshotOptions } from "../../data/hub/snapshot.ts";
import { snapshotInstead } from "../../data/hub/snapshot_instead.ts";

/**
 * Finds the folder that the option `model` means: `emoji` is the embedded model; else the local
 * folder of this name, else a snapshot of `owner/name[@revision]` on the Hub.
 *
 * @throws {Error} If it is none of these, or an adapter: says what was tried. Errors of the Hub are
 * those of `snapshot`.
 */
export async function findModel(model: string, fetching: Fetching = {}): Promise<string> {
  if (model === "emoji") return await embeddedModel();
  const folder = await localOrHub("model", model, { ...fetching, type: "model" });
  const has = (name: string) => isThere(`${folder}/${name}`, "file");
  if (await has("adapter_config.json") && !(await has("config.json"))) {
    throw new Error(
      `model ${model} is an adapter, not a model: give its model in option model, ` +
        `and ${model} in option adapter`,
    );
  }
  return folder;
}

/**
 * Finds the folder that the option `adapter` means: the local one of this name, else a snapshot of
 * `owner/name[@revision]` on the Hub.
 *
 * @throws {Error} If it is neither: says what was tried.
 */
export function findAdapter(adapter: string, fetching: Fetching = {}): Promise<string> {
  return localOrHub("adapter", adapter, {
    ...fetching,
    type: "model",
    files: (path) => ADAPTER_FILES.includes(path),
  });
}

const ADAPTER_FILES = ["adapter_config.json", "adapter_model.safetensors"];
const HOLDS = {
  model: "config.json, tokenizer.json and *.safetensors",
  adapter: ADAPTER_FILES.join(" and "),
};

async function localOrHub(
  option: "model" | "adapter",
  text: string,
  options: Omit<SnapshotOptions, "repo" | "revision">,
): Promise<string> {
  if (await isThere(text, "folder")) return text;
  // The process was killed while it replaced the folder: see `repairFolder`.
  const older = besideOf(text, "old");
  if (await isThere(older, "folder")) return older;
  const tried = `${option} ${text}: there is no such folder`;
  const name = hubName(text);
  if (name === undefined) {
    throw new Error(
      `${tried}, and it is no name on the Hub (owner/name or owner/name@revision): ` +
        `option ${option} takes a folder with ${HOLDS[option]}, or such a name` +
        (option === "model" ? ", or emoji" : ""),
    );
  }
  return await snapshotInstead(tried, { ...options, ...name });
}
