import { isThere } from "../../data/files/is_there.ts";
import type { FileSpec } from "../../data/formats/file_spec.ts";
import { type HubName, hubName } from "../../data/hub/hub_name.ts";
import type { Fetching } from "../../data/hub/snapshot.ts";
import { snapshotInstead } from "../../data/hub/snapshot_instead.ts";

/**
 * Finds the file or folder that a specification means: the local one of this name, else the folder
 * of a snapshot of `owner/name[@revision]` on the Hub.
 *
 * @throws {Error} If it is neither: says what was tried.
 */
export async function findData(
  { kind, path }: Pick<FileSpec, "kind" | "path">,
  fetching: Fetching = {},
): Promise<string> {
  if (await isThere(path)) return path;
  const tried = `data ${path}: there is no such file or folder`;
  const name = dataOnHub({ kind, path });
  if (name === undefined) throw new Error(`${tried}; give the path of one`);
  return await snapshotInstead(tried, { ...fetching, ...name, type: "dataset" });
}

/**
 * The data set on the Hub that a path may name. Only data sets of parquet files are read from the
 * Hub, so the path of a single file names none.
 */
export function dataOnHub(
  { kind, path }: Pick<FileSpec, "kind" | "path">,
): HubName | undefined {
  if (kind !== undefined && kind !== "parquet" || /\.(jsonl?|parquet)$/.test(path)) {
    return undefined;
  }
  return hubName(path);
}
