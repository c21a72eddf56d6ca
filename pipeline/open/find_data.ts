import type { FileSpec } from "../../data/formats/file_spec.ts";
import type { Fetching } from "../../data/hub/fetching.ts";
import { type HubName, hubName } from "../../data/hub/hub_name.ts";
import { snapshotInstead } from "../../data/hub/snapshot_instead.ts";

/**
 * The file or folder that `--data` means: one of this name, else the folder of a snapshot of
 * `owner/name[@revision]` on the Hub.
 *
 * @throws {Error} Where it is neither: says what was tried.
 */
export async function localData(
  { kind, path }: Pick<FileSpec, "kind" | "path">,
  fetching: Fetching = {},
): Promise<string> {
  if (await Deno.stat(path).then(() => true, () => false)) return path;
  const tried = `--data ${path}: there is no such file or folder`;
  const name = dataOnHub({ kind, path });
  if (name === undefined) throw new Error(`${tried}; give the path of one`);
  return await snapshotInstead(tried, { ...fetching, ...name, type: "dataset" });
}

/** The data set of the Hub that a path may name: its sets of parquet files, and no single file. */
export function dataOnHub(
  { kind, path }: Pick<FileSpec, "kind" | "path">,
): HubName | undefined {
  if (kind !== undefined && kind !== "parquet" || /\.(jsonl?|parquet)$/.test(path)) {
    return undefined;
  }
  return hubName(path);
}
