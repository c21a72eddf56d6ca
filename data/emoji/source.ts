import { PROMPT_SETS, type PromptSetName } from "../questions/prompt.ts";
import type { QuestionSource } from "../questions/question.ts";
import { hashText, permutation } from "../random.ts";
import { BASE_CATEGORIES, CATEGORIES, NOVEL_CATEGORIES } from "./categories.ts";
import { classificationQuestions } from "./classification.ts";
import { detectionQuestions } from "./detection.ts";
import { groundingQuestions } from "./grounding.ts";
import { type EmojiSpec, parseEmojiSpec } from "./spec.ts";
import { loadSprites } from "./sprites.ts";

/** What the specification leaves open. */
export interface EmojiOptions {
  /** Chooses the categories and draws the scenes. */
  readonly seed: number;
  /** The prompts that the model was taught. */
  readonly prompts: PromptSetName;
  /** Folder of the rendered sprites; see `loadSprites`. */
  readonly cache?: string;
}

/** Questions to learn from, and others like them to be judged by. */
export interface EmojiData {
  /** The questions to train on. */
  readonly train: QuestionSource;
  /** Same categories and artists, other scenes. */
  readonly heldOut: QuestionSource;
  /** One line for people. */
  readonly describe: string;
}

const CHOICE = hashText("emoji/categories");

/**
 * Opens the embedded source: questions on scenes of emoji, drawn as they are asked for.
 *
 * @param spec `emoji:TASK[,KEY=VALUE…]`, see `parseEmojiSpec`.
 * @throws {RangeError} If the specification has an unknown key or a value that does not fit.
 *
 * @example Twenty categories by an artist that the embedded model has never seen
 * ```ts
 * import { openEmoji } from "./source.ts";
 *
 * const spec = "emoji:classification,artist=openmoji,categories=20,shots=4";
 * const { train, heldOut } = await openEmoji(spec, { seed: 42, prompts: "short" });
 * train.size; // 80
 * heldOut.size; // 256
 * (await train.question(7)).id; // "emoji/classification/openmoji/7"
 * ```
 */
export async function openEmoji(spec: string, options: EmojiOptions): Promise<EmojiData> {
  const parsed = parseEmojiSpec(spec);
  const categories = chosen(parsed.categories, options.seed);
  const trainSize = sizeOf(parsed, categories.length);
  const sprites = await loadSprites(options.cache);
  const shared = {
    sprites,
    seed: options.seed,
    artists: parsed.artists,
    categories,
    prompts: PROMPT_SETS[options.prompts],
  };
  const open = (split: "train" | "held-out", size: number): QuestionSource => {
    const source = sourceOf(parsed, { ...shared, split, size });
    const { shots } = parsed;
    const given = { spec, prompts: options.prompts, ...shots !== undefined && { shots } };
    return {
      ...source,
      manifest: { ...source.manifest, ...given },
    };
  };
  return {
    train: open("train", trainSize),
    heldOut: open("held-out", parsed.heldOut),
    describe: described(parsed, categories.length, trainSize),
  };
}

function sourceOf(
  { task, absent }: EmojiSpec,
  options: Parameters<typeof classificationQuestions>[0],
): QuestionSource {
  switch (task) {
    case "classification":
      return classificationQuestions(options);
    case "detection":
      return detectionQuestions({ ...options, absent });
    case "grounding":
      return groundingQuestions(options);
  }
}

/** Names of the categories: those given, a set, or as many base ones as the number says. */
function chosen(
  categories: EmojiSpec["categories"],
  seed: number,
): readonly string[] {
  if (typeof categories === "object") return categories;
  const names = (list: readonly { readonly name: string }[]) => list.map((c) => c.name);
  switch (categories) {
    case "base":
      return names(BASE_CATEGORIES);
    case "novel":
      return names(NOVEL_CATEGORIES);
    case "all":
      return names(CATEGORIES);
    default:
      return [...permutation(BASE_CATEGORIES.length, CHOICE, seed)]
        .slice(0, categories)
        .map((index) => BASE_CATEGORIES[index]!.name);
  }
}

/** Shots count images that show their category; absent questions come on top. */
function sizeOf({ task, shots, size, absent }: EmojiSpec, categories: number): number {
  if (shots === undefined) return size;
  const present = categories * shots;
  // The largest size that leaves no more than these; 1e-9 forgives 0.3's rounding.
  return task === "detection" ? Math.floor(present / (1 - absent) + 1e-9) : present;
}

function described(spec: EmojiSpec, categories: number, size: number): string {
  const { task, shots, artists, absent, heldOut } = spec;
  return [
    `${task} on emoji by ${artists.join(", ")}`,
    `${categories} categories` + (shots === undefined ? "" : ` x ${shots} pictures`),
    `${size} questions` +
    (task === "detection" ? `, ${Math.round(absent * 100)} % absent` : ""),
    `${heldOut} held out`,
  ].join("; ");
}
