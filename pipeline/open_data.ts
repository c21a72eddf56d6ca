import { FILE_KINDS, parseFileSpec } from "../data/data_spec.ts";
import { parseEmojiSpec } from "../data/emoji/spec.ts";
import { heldOutPart, parsePart } from "../data/held_out_part.ts";
import { nearestName } from "../data/nearest_name.ts";
import type { PromptSetName } from "../data/prompt.ts";
import type { QuestionSource } from "../data/question.ts";
import {
  checkSameData,
  type DataManifest,
  dataManifest,
  isManifestPath,
  readDataManifest,
} from "./data_manifest.ts";
import { dataOnHub } from "./find_data.ts";
import type { Fetching } from "./hub/fetching.ts";

/** What a run learns from and what it is judged by. */
export interface DataSets {
  readonly train: QuestionSource;
  readonly heldOut: QuestionSource;
  /** One line for people. */
  readonly describe: string;
  /** Other questions that are asked once, after the last step: what else was learnt or lost. */
  readonly probes?: readonly Probe[];
  /** What they were opened from, where that is not what `--data` and `--seed` say. */
  readonly origin?: Pick<DataManifest, "data" | "seed" | "testData">;
  /** Questions to ask of `train` ahead of the model, so that it does not wait; 0 where absent. */
  readonly lookAhead?: number;
  /** Bad pictures that were met and left out so far, each with its name and what is wrong. */
  readonly skipped?: () => readonly string[];
}

/** An evaluation beside that of the held-out questions. */
export interface Probe {
  /** Names it in the records. */
  readonly split: string;
  readonly source: QuestionSource;
  /** Questions asked, at most; absent: as many as the setting `evalSamples` says. */
  readonly samples?: number;
  /** As in `EvaluateOptions`. */
  readonly banNoObjects?: boolean;
}

/** What opening needs to know beside the specification. */
export interface DataOptions {
  readonly seed: number;
  /** The set of prompts that the model is asked with. */
  readonly prompts: PromptSetName;
  /** Told of downloads from the Hub. */
  readonly fetching?: Fetching;
  /** Data whose held-out questions take the place of the specification's. */
  readonly testData?: string;
  /** What a picture that cannot be read does; "error" where absent. */
  readonly onBadImage?: "error" | "skip";
}

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
    const { openEmoji } = await import("../data/emoji/source.ts");
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
