import { quoted } from "../short_text.ts";
import { canonicalHash, canonicalJson, differingKeys } from "../files/canonical_json.ts";
import { categoryOf } from "./category_of.ts";
import type { Question, QuestionSource, Target } from "./question.ts";
import { hash, hashText } from "../random.ts";

/** Which questions were chosen: enough, with the source, to choose them again. */
export interface FewShotManifest {
  /** The manifest of the source that they were chosen from. */
  readonly source: Readonly<Record<string, unknown>>;
  /** Questions of each category. */
  readonly shots: number;
  /** Seed of the choice. */
  readonly seed: number;
  /** By category, in the order in which they were drawn. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** SHA-256 of the canonical JSON of all of the above. */
  readonly sha256: string;
}

/** A few questions of each category, as a source. */
export interface FewShot extends QuestionSource {
  /** What reproduces the choice: seed, shots and the rows chosen. */
  readonly manifest: FewShotManifest & Readonly<Record<string, unknown>>;
}

/** What a choice is made by: a question without its images. */
export type Outline = Pick<Question, "id" | "target" | "reasoning">;

/** How questions are chosen. */
export interface FewShotOptions {
  /** Questions of each category, at least 1. */
  readonly shots: number;
  /** Seed of the choice, an integer. */
  readonly seed: number;
  /** Ids that must not be chosen: those of the evaluation. */
  readonly exclude?: Iterable<string>;
  /** Reads a question without its images. Default: the whole question is read. */
  readonly outline?: (index: number) => Promise<Outline>;
}

const DRAW = hashText("few shot");

/**
 * Chooses K questions of each category that a source has.
 *
 * A question's category is its target's category or label; questions about a category that
 * their image does not show are not chosen. Which ones are depends on the seed and on the
 * ids alone, not on the order in which the source has them: each category's ids of least
 * hash(seed, category, id). The source is read once from end to end.
 *
 * @throws {RangeError} If `shots` is no count, a category has fewer questions than that, or a
 * target has no category (grounding, number, text, choice, point, and kinds of the caller's own
 * that say none).
 * @throws {TypeError} If the source has an id twice.
 *
 * @example Two shots a category, none of them held out
 * ```ts
 * import { fewShot } from "./few_shot.ts";
 * import { openEmoji } from "../emoji/source.ts";
 *
 * const spec = "emoji:classification,artist=openmoji,categories=3,size=30,held-out=9";
 * const { train } = await openEmoji(spec, { seed: 0, prompts: "short" });
 * const few = await fewShot(train, { shots: 2, seed: 7, exclude: [] });
 * few.size; // 6
 * few.manifest.sha256; // the same tomorrow
 * ```
 */
export async function fewShot(
  source: QuestionSource,
  { shots, seed, exclude = [], outline }: FewShotOptions,
): Promise<FewShot> {
  if (!Number.isSafeInteger(shots) || shots < 1) {
    throw new RangeError(`Shots are an integer of at least 1, not ${shots}`);
  }
  const excluded = new Set(exclude);
  const places = new Map<string, Place>();
  const byCategory = new Map<string, string[]>();
  for await (const { id, category, ...place } of outlines(source, outline)) {
    places.set(id, place);
    if (category === undefined || excluded.has(id)) continue;
    const ids = byCategory.get(category) ?? [];
    byCategory.set(category, ids);
    ids.push(id);
  }
  if (byCategory.size === 0) {
    throw new RangeError(`${source.name} leaves no question to choose`);
  }
  const ids: Record<string, readonly string[]> = Object.create(null);
  for (const category of [...byCategory.keys()].sort()) {
    const found = byCategory.get(category)!;
    if (found.length < shots) {
      throw new RangeError(
        `${source.name} has ${found.length} questions of ${quoted(category)} to ` +
          `choose ${shots} from: ask for fewer shots, or leave the category out`,
      );
    }
    const rank = new Map(
      found.map((id) => [id, hash(DRAW, seed, hashText(category), hashText(id))]),
    );
    ids[category] = found
      .sort((a, b) => rank.get(a)! - rank.get(b)! || (a < b ? -1 : 1))
      .slice(0, shots);
  }
  const chosen = { source: source.manifest, shots, seed, ids: { ...ids } };
  return subset(source, { ...chosen, sha256: canonicalHash(chosen) }, places);
}

/**
 * The questions that a manifest names, out of the source that they were chosen from.
 *
 * @param manifest As `fewShot` made it, or as it was read from JSON.
 * @throws {TypeError} If it does not have the form of a manifest.
 * @throws {RangeError} If its hash is not the one of what it holds, it was made from another
 * source, or an id is missing, of another category, or not as often as `shots` says.
 */
export async function readFewShot(
  source: QuestionSource,
  manifest: unknown,
  outline?: FewShotOptions["outline"],
): Promise<FewShot> {
  const { sha256, ...chosen } = checkForm(manifest);
  const actual = canonicalHash(chosen);
  if (actual !== sha256) {
    throw refused(`it was changed: its sha256 says ${sha256}, its content has ${actual}`);
  }
  if (canonicalJson(chosen.source) !== canonicalJson(source.manifest)) {
    const differing = differingKeys(chosen.source, source.manifest);
    throw refused(
      `it was made from another source than ${source.name}: ${
        differing.join(", ")
      } differ`,
    );
  }
  const places = new Map<string, Place>(), categories = new Map<string, string>();
  for await (const { id, category, ...place } of outlines(source, outline)) {
    places.set(id, place);
    if (category !== undefined) categories.set(id, category);
  }
  const seen = new Set<string>();
  for (const [category, ids] of Object.entries(chosen.ids)) {
    if (ids.length !== chosen.shots) {
      throw refused(
        `${quoted(category)} has ${ids.length} ids, not ${chosen.shots}`,
      );
    }
    for (const id of ids) {
      if (categories.get(id) !== category || seen.has(id)) {
        throw refused(
          `${source.name} has no question ${quoted(id)} of ` +
            `${quoted(category)} to give`,
        );
      }
      seen.add(id);
    }
  }
  return subset(source, { ...chosen, sha256 }, places);
}

/** A target's category; `undefined` if the image shows nothing of it. */
function shownCategory(target: Target, id: string): string | undefined {
  if (target.kind === "detection" && target.boxes.length === 0) return undefined;
  const category = categoryOf(target);
  if (category !== undefined) return category;
  const kind = target.kind === "own" ? `of the kind ${quoted(target.name)}` : target.kind;
  throw new RangeError(
    `Question ${id} is ${kind} and has no category to count shots of: ` +
      (target.kind === "own"
        ? "give the kind a function category, or leave shots out"
        : "use a source of detection or classification"),
  );
}

/** A question's index in its source, and whether it has a reasoning text. */
interface Place {
  readonly index: number;
  readonly isReasoned: boolean;
}

async function* outlines(
  source: QuestionSource,
  outline: FewShotOptions["outline"] = (index) => source.question(index),
) {
  const seen = new Set<string>();
  for (let index = 0; index < source.size; index++) {
    const { id, target, reasoning } = await outline(index);
    if (seen.has(id)) {
      throw new TypeError(
        `${source.name} has two questions with the id ${quoted(id)}`,
      );
    }
    seen.add(id);
    const isReasoned = reasoning !== undefined;
    yield { index, id, category: shownCategory(target, id), isReasoned };
  }
}

function subset(
  source: QuestionSource,
  manifest: FewShotManifest,
  places: ReadonlyMap<string, Place>,
): FewShot {
  const name = `${source.name}/${manifest.shots}-shot`;
  const chosen = Object.keys(manifest.ids).sort()
    .flatMap((category) => manifest.ids[category]!.map((id) => places.get(id)!));
  return {
    name,
    size: chosen.length,
    manifest: { ...manifest },
    reasoned: chosen.filter(({ isReasoned }) => isReasoned).length,
    ...source.ownKinds && { ownKinds: source.ownKinds },
    question(index) {
      const place = chosen[index];
      return place === undefined
        ? Promise.reject(
          new RangeError(
            `${name} has questions 0 to ${chosen.length - 1}, not ${index}`,
          ),
        )
        : source.question(place.index);
    },
  };
}

function checkForm(value: unknown): FewShotManifest {
  const { source, shots, seed, ids, sha256 } = (value ?? {}) as Record<string, unknown>;
  const isRecord = (x: unknown) =>
    typeof x === "object" && x !== null && !Array.isArray(x);
  const wrong = (key: string, wanted: string) =>
    new TypeError(`The few-shot manifest's ${key} is not ${wanted}`);
  if (!isRecord(source)) throw wrong("source", "an object");
  if (!Number.isSafeInteger(shots) || shots as number < 1) {
    throw wrong("shots", "a count");
  }
  if (!Number.isSafeInteger(seed)) throw wrong("seed", "an integer");
  if (!isRecord(ids)) throw wrong("ids", "an object of lists");
  for (const [category, list] of Object.entries(ids as object)) {
    if (Array.isArray(list) && list.every((id) => typeof id === "string")) continue;
    throw wrong(`ids[${quoted(category)}]`, "a list of ids");
  }
  if (typeof sha256 !== "string") throw wrong("sha256", "a text");
  return { source, shots, seed, ids, sha256 } as FewShotManifest;
}

function refused(reason: string): RangeError {
  return new RangeError(
    `The few-shot manifest does not fit: ${reason}. Sample again, or open the source that ` +
      "it was made from",
  );
}
