import { embeddedModel } from "../../data/emoji/model_folder.ts";
import type { SnapshotOptions } from "../../data/hub/snapshot.ts";
import type { Fetching } from "../../data/hub/fetching.ts";
import { hubName } from "../../data/hub/hub_name.ts";
import { snapshotInstead } from "../../data/hub/snapshot_instead.ts";
import { besideOf } from "../../data/files/write_folder.ts";

/**
 * The folder that `--model` means: `emoji` is the embedded one; else a local folder where there
 * is one of this name; else `owner/name[@revision]` of the Hub.
 *
 * @throws {Error} Where it is none of these: says what was tried. Errors of the Hub come as
 * {@linkcode snapshot} of hub.ts makes them.
 */
export async function findModel(model: string, fetching: Fetching = {}): Promise<string> {
  if (model === "emoji") return await embeddedModel();
  const folder = await localOrHub("model", model, { ...fetching, type: "model" });
  const has = (name: string) => isThere(`${folder}/${name}`, "isFile");
  if (await has("adapter_config.json") && !(await has("config.json"))) {
    throw new Error(
      `--model ${model} is an adapter, not a model: give its model in --model, ` +
        `and ${model} in --adapter`,
    );
  }
  return folder;
}

/** The folder that `--adapter` means: a local one, else `owner/name[@revision]` of the Hub. */
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
  setting: "model" | "adapter",
  text: string,
  options: Omit<SnapshotOptions, "repo" | "revision">,
): Promise<string> {
  if (await isThere(text, "isDirectory")) return text;
  // Its successor never came, and the run has not been resumed since: see `repairFolder`.
  const older = besideOf(text, "old");
  if (await isThere(older, "isDirectory")) return older;
  const tried = `--${setting} ${text}: there is no such folder`;
  const name = hubName(text);
  if (name === undefined) {
    throw new Error(
      `${tried}, and it is no name on the Hub (owner/name or owner/name@revision): ` +
        `--${setting} takes a folder with ${HOLDS[setting]}, or such a name` +
        (setting === "model" ? ", or emoji" : ""),
    );
  }
  return await snapshotInstead(tried, { ...options, ...name });
}

async function isThere(path: string, kind: "isFile" | "isDirectory"): Promise<boolean> {
  return (await Deno.stat(path).catch(() => undefined))?.[kind] ?? false;
}
