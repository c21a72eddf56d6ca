import { PROMPT_SETS, type PromptSetName } from "../../data/questions/prompt.ts";
import type { QuestionSource } from "../../data/questions/question.ts";
import { canonicalHash } from "../../data/files/canonical_json.ts";
import { quoted } from "../../data/short_text.ts";
import type { DataManifest } from "../run_folder/manifest.ts";
import type { DataOptions, DataSets } from "../open/data_sets.ts";
import { openData } from "../open/open_data.ts";
import { type Thumbnail, thumbnail } from "../page/picture.ts";

/** A question whose image is wanted. */
export interface Wanted {
  /** The question's id. */
  readonly question: string;
  /** Place in the order of asking: where it probably stands in the source. */
  readonly order: number;
}

/** Images that were found. */
export interface Pictures {
  /** By the question's id. */
  readonly found: ReadonlyMap<string, Thumbnail>;
  /** Why there are none, if the data cannot be opened again. */
  readonly reason?: string;
}

/** Opens data again. */
export type OpenAgain = (spec: string, options: DataOptions) => Promise<DataSets>;

/**
 * Opens embedded data and no other.
 *
 * A run's folder may come from anywhere, and its manifest names data by a path or by a name on the
 * Hub: a report that opened it without being asked would read files that the folder's author chose,
 * show them in a page that is passed on, and tell the Hub about it. The embedded source draws its images
 * and reads nothing. Pass another `OpenAgain` to open other data.
 *
 * @throws {RangeError} If the data is not embedded: says how to open it.
 */
export const openEmbedded: OpenAgain = async (spec, options) => {
  const other = [spec, options.testData ?? spec].find((one) => !one.startsWith("emoji:"));
  if (other === undefined) return await openData(spec, options);
  throw new RangeError(
    `the run's data ${quoted(other)} is not opened without option openData`,
  );
};

/**
 * Opens a run's held-out questions again and makes the images of those wanted; of a question
 * with several images the first.
 *
 * Throws nothing: if the data is gone or has changed, the reason says so.
 */
export async function picturesOf(
  manifest: DataManifest | undefined,
  wanted: readonly Wanted[],
  open: OpenAgain = openEmbedded,
): Promise<Pictures> {
  const none = (reason: string) => ({ found: new Map(), reason });
  if (manifest === undefined) return none("the run's folder has no manifest.json");
  try {
    const { data, seed, testData } = manifest;
    const options = { seed, prompts: promptsOf(manifest), testData };
    const { heldOut } = await open(data, options);
    if (canonicalHash(heldOut.manifest) !== manifest.sha256.heldOut) {
      return none(`${testData ?? data} does not give the same questions again`);
    }
    return { found: await findAll(heldOut, wanted) };
  } catch (error) {
    return none((error as Error).message);
  }
}

function promptsOf({ heldOut }: DataManifest): PromptSetName {
  const { source } = heldOut; // of few-shot manifests
  const inner = typeof source === "object" && source !== null && "prompts" in source
    ? source.prompts
    : undefined;
  const named = String(heldOut.prompts ?? inner);
  return Object.hasOwn(PROMPT_SETS, named) ? named as PromptSetName : "paper";
}

/** Questions that are looked through for those that are not in their place, at most. */
const SEARCHED = 2000;

async function findAll(source: QuestionSource, wanted: readonly Wanted[]) {
  const missing = new Set(wanted.map(({ question }) => question));
  const found = new Map<string, Thumbnail>();
  const look = async (index: number) => {
    // A bad image is only missing in the page.
    const question = await source.question(index).catch(() => undefined);
    if (question === undefined || !missing.has(question.id)) return;
    missing.delete(question.id);
    const [image] = question.images;
    if (image !== undefined) found.set(question.id, await thumbnail(image));
  };
  for (const { order } of wanted) if (order < source.size) await look(order);
  const end = Math.min(source.size, SEARCHED);
  for (let index = 0; index < end && missing.size > 0; index++) await look(index);
  return found;
}
