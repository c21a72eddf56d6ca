import { quoted } from "../../data/short_text.ts";
import { FILE_KINDS, parseFileSpec } from "../../data/formats/file_spec.ts";
import { parseEmojiSpec } from "../../data/emoji/spec.ts";
import { heldOutPart, parsePart } from "../../data/questions/held_out_part.ts";
import { isThereSync } from "../../data/files/is_there.ts";
import { didYouMean } from "../../data/nearest_name.ts";
import { specFault } from "../../data/questions/spec.ts";
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
 * Opens what the option `data` names:
 *
 * - `emoji:TASK,option=value…`, the embedded source, see `parseEmojiSpec`;
 * - `KIND:PATH,option=value…`, data in files, see `parseFileSpec`. The kind may be left out if the
 *   files show it, and the path may be `owner/name[@revision]` on the Hub;
 * - the manifest.json of a run's folder, which gives that run's questions again, whatever the seed.
 *
 * With `part=validation` or `part=test`, either of the first two keeps one half of its held-out
 * questions: see `heldOutPart`.
 *
 * @throws {RangeError} If the source is unknown or cannot do what is asked, or if a manifest does
 * not give the same questions again.
 * @throws {SyntaxError} If a file does not have the form that it should: names file and place.
 *
 * @example
 * ```ts
 * import { openData } from "./open_data.ts";
 *
 * const spec = "emoji:detection,categories=5,shots=4,held-out=8";
 * const { train, heldOut } = await openData(spec, { seed: 0, prompts: "short" });
 * train.size; // 28
 * heldOut.size; // 8
 * ```
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
  const { heldOut, describe, notes = [], skipped } = await openData(testData!, options);
  return {
    ...sets,
    heldOut,
    ...notes.length > 0 && { notes: [...sets.notes ?? [], ...notes] },
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
  // Loaded here: errors in settings need neither images nor readers.
  if (spec.startsWith("emoji:")) {
    const { openEmoji } = await import("../../data/emoji/source.ts");
    return await openEmoji(spec, options);
  }
  const { openFiles } = await import("./open_files.ts");
  return await openFiles(spec, options);
}

/**
 * Checks a specification before anything is loaded.
 *
 * @throws {RangeError} If no source reads it: names the part and the remedy.
 * @throws {Error} If a manifest cannot be read.
 */
export function checkData(spec: string): void {
  if (isManifestPath(spec)) return checkData(readDataManifest(spec).data);
  const { rest } = parsePart(spec);
  const [source] = rest.split(":", 1) as [string];
  if (source === "emoji") return void parseEmojiSpec(rest);
  const { kind, path } = parseFileSpec(rest);
  if (isThereSync(path) || dataOnHub({ kind, path }) !== undefined) return;
  const lacking = kind !== undefined || source === path
    ? `there is no file or folder ${path}` +
      (/,[a-z-]+=/.test(path)
        ? '; put a value with a comma in double quotes, as in categories="salt, pepper"'
        : "")
    : `there is no source ${quoted(source)}`;
  if (kind !== undefined) throw specFault(spec, lacking);
  throw specFault(spec, `${lacking}; ${didYouMean(source, SOURCES, "sources")}`);
}
