import { basename, join } from "node:path";
import { readJson } from "../../files/read_json.ts";

/** Bytes of state.json, at most. */
const STATE_LIMIT = 2 ** 24;

/**
 * The Arrow files of a split, which its state.json names.
 *
 * @throws {SyntaxError} If it does not.
 */
export async function streamFiles(folder: string): Promise<readonly string[]> {
  const path = join(folder, "state.json");
  let state: { _data_files?: unknown };
  try {
    state =
      (await readJson(path, { limit: STATE_LIMIT, depth: 200 }) ?? {}) as typeof state;
  } catch (error) {
    const reason = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new SyntaxError(`${path} ${reason}: give a folder of datasets' save_to_disk`);
  }
  const list: unknown = state._data_files;
  const names = Array.isArray(list) ? list.map((file) => file?.filename) : [];
  const isName = (name: unknown): name is string =>
    typeof name === "string" && basename(name) === name;
  if (names.length > 0 && names.every(isName)) return names;
  throw new SyntaxError(`${path}: _data_files must name the Arrow files beside it`);
}
