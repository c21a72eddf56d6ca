import { parseEmojiSpec } from "../data/emoji/spec.ts";
import { nearestName } from "../data/nearest_name.ts";
import type { QuestionSource } from "../data/question.ts";
import {
  checkSameData,
  dataManifest,
  isManifestPath,
  readDataManifest,
} from "./data_manifest.ts";
import type { Fetching } from "./hub/fetching.ts";

/** What a run learns from and what it is judged by. */
export interface DataSets {
  readonly train: QuestionSource;
  readonly heldOut: QuestionSource;
  /** One line for people. */
  readonly describe: string;
  /** What they were opened from, where that is not what `--data` and `--seed` say. */
  readonly origin?: { readonly data: string; readonly seed: number };
}

/** What opening needs to know beside the specification. */
export interface DataOptions {
  readonly seed: number;
  /** The set of prompts that the model was taught. */
  readonly prompts: "short" | "paper";
  /** Told of downloads from the Hub. */
  readonly fetching?: Fetching;
}

const SOURCES = ["emoji"] as const;

/**
 * Opens what `--data` names: `SOURCE:REST`, where the source reads the rest, or the
 * manifest.json of a run's folder, which gives that run's questions again, whatever the seed.
 *
 * @throws {RangeError} Where the source is unknown, or cannot do what the rest asks for, and
 * where a manifest does not give the same questions again.
 */
export async function openData(spec: string, options: DataOptions): Promise<DataSets> {
  checkData(spec);
  if (isManifestPath(spec)) {
    const wanted = readDataManifest(spec);
    const { data, seed } = wanted;
    const sets = await openData(data, { ...options, seed });
    checkSameData(spec, wanted, dataManifest(data, seed, sets));
    return { ...sets, origin: { data, seed } };
  }
  // Loaded here: errors in settings need no pictures.
  const { openEmoji } = await import("../data/emoji/source.ts");
  return await openEmoji(spec, options);
}

/**
 * Refuses a specification that no source reads, before anything is loaded.
 *
 * @throws {RangeError} The message names the part and the remedy.
 * @throws {Error} Where a manifest cannot be read.
 */
export function checkData(spec: string): void {
  if (isManifestPath(spec)) return checkData(readDataManifest(spec).data);
  const source = spec.split(":", 1)[0]!;
  if (SOURCES.some((known) => known === source)) return void parseEmojiSpec(spec);
  const near = nearestName(source, SOURCES);
  throw new RangeError(
    `--data ${spec}: there is no source ${JSON.stringify(source)}; ` +
      (near ? `did you mean ${near}?` : `sources are ${SOURCES.join(", ")}`),
  );
}
