import { FILE_KINDS, parseFileSpec } from "../../data/formats/file_spec.ts";
import { parseEmojiSpec } from "../../data/emoji/spec.ts";
import { heldOutPart, parsePart } from "../../data/questions/held_out_part.ts";
import { nearestName } from "../../data/nearest_name.ts";
import {
  checkSameData,
  dataManifest,
  isManifestPath,
  readDataManifest,
} from "../run_folder/data_manifest.ts";
import { dataOnHub } from "./find_data.ts";
import type { DataOptions, DataSets } from "./data_sets.ts";

const SOURCES = ["emoji", ...FILE_KINDS] as const;

/**
 * Opens what `--data` names:
 *
 * - `emoji:TASK,option=value…`, the embedded source;
 * - `KIND:PATH,option=value…`, data in files, see `parseFileSpec`; the kind may be left out
 *   where it is plain, and the path may be `owner/name[@revision]` of the Hub;
 * - the manifest.json of a run's folder, which gives that run's questions again, whatever the
 *   seed.
 *
 * The option `part=validation|test` of either of the first two leaves one half of the held-out
 * questions: see `heldOutPart`.
 *
 * @throws {RangeError} Where the source is unknown, or cannot do what the rest asks for, and
 * where a manifest does not give the same questions again.
 * @throws {SyntaxError} Where a file is not what it should be: names file and place.
 */
export async function openData(spec: string, options: DataOptions): Promise<DataSets> {
  checkData(spec);
  if (isManifestPath(spec)) {
    const wanted = readDataManifest(spec);
    const { data, seed, testData } = wanted;
    const sets = await openData(data, { ...options, seed, testData });
    checkSameData(spec, wanted, dataManifest(wanted, sets));
    const origin = { data, seed, ...testData !== undefined && { testData } };
    const again = { ...sets, origin };
    return options.testData === undefined ? again : withTestData(again, options);
  }
  const sets = await openParts(spec, options);
  return options.testData === undefined ? sets : withTestData(sets, options);
}

async function withTestData(
  sets: DataSets,
  { testData, ...options }: DataOptions,
): Promise<DataSets> {
  const { heldOut, describe, skipped } = await openData(testData!, options);
  return {
    ...sets,
    heldOut,
    describe: `${sets.describe}; judged by ${describe}`,
    ...(sets.skipped || skipped) &&
      { skipped: () => [...sets.skipped?.() ?? [], ...skipped?.() ?? []] },
  };
}

async function openParts(spec: string, options: DataOptions): Promise<DataSets> {
  const { rest, part } = parsePart(spec);
  const sets = await openSource(rest, options);
  if (part === undefined) return sets;
  return {
    ...sets,
    heldOut: await heldOutPart(sets.heldOut, part),
    describe: `${sets.describe}; judged by the ${part} half`,
  };
}

async function openSource(spec: string, options: DataOptions): Promise<DataSets> {
  // Loaded here: errors in settings need neither pictures nor readers.
  if (spec.startsWith("emoji:")) {
    const { openEmoji } = await import("../../data/emoji/source.ts");
    return await openEmoji(spec, options);
  }
  const { openFiles } = await import("./open_files.ts");
  return await openFiles(spec, options);
}

/**
 * Refuses a specification that no source reads, before anything is loaded.
 *
 * @throws {RangeError} The message names the part and the remedy.
 * @throws {Error} Where a manifest cannot be read.
 */
export function checkData(spec: string): void {
  if (isManifestPath(spec)) return checkData(readDataManifest(spec).data);
  const { rest } = parsePart(spec);
  const [source] = rest.split(":", 1) as [string];
  if (source === "emoji") return void parseEmojiSpec(rest);
  const { kind, path } = parseFileSpec(rest);
  if (isThere(path) || dataOnHub({ kind, path }) !== undefined) return;
  if (kind !== undefined) {
    throw new RangeError(`--data ${spec}: there is no file or folder ${path}`);
  }
  const near = nearestName(source, SOURCES);
  const lacking = source === path
    ? `there is no file or folder ${path}`
    : `there is no source ${JSON.stringify(source)}`;
  throw new RangeError(
    `--data ${spec}: ${lacking}; ` +
      (near ? `did you mean ${near}?` : `sources are ${SOURCES.join(", ")}`),
  );
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
