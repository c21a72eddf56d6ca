import { join } from "node:path";
import { fixturePath } from "./fixtures.ts";
import { put } from "./made_files.ts";

const FOLDER = fixturePath("data/virft_disk/train");

/** The Arrow stream of a sound split. */
export function soundStream(): Uint8Array<ArrayBuffer> {
  const [{ filename }] = JSON.parse(
    Deno.readTextFileSync(join(FOLDER, "state.json")),
  )._data_files;
  return Deno.readFileSync(join(FOLDER, filename));
}

/** Writes a split that has one stream. */
export async function putStream(folder: string, stream: Uint8Array): Promise<void> {
  await put(folder, "data.arrow", stream);
  const state = { _data_files: [{ filename: "data.arrow" }] };
  await put(folder, "state.json", JSON.stringify(state));
}
