import { createHash } from "node:crypto";
import { pixelsToFrame } from "../geometry/box.ts";
import { withAskedAnswer } from "../questions/asked_answer.ts";
import { keepQuestions } from "../questions/keep_questions.ts";
import type { PromptSet } from "../questions/prompt.ts";
import type { Question, QuestionSource } from "../questions/question.ts";
import { hash, hashText } from "../random.ts";
import type { Artist } from "./artists.ts";
import { namesSeen } from "./names_seen.ts";
import {
  type MaskedScene,
  type Scene,
  scene,
  SCENE_SIDE,
  type SceneOptions,
} from "./scene.ts";
import type { Sprites } from "./sprites.ts";

/** What questions on emoji are made of. */
export interface EmojiQuestions {
  /** Where the images of the objects come from. */
  readonly sprites: Sprites;
  /** Seed of the scenes, an integer. */
  readonly seed: number;
  /** Scenes of the two splits are never the same. */
  readonly split: "train" | "held-out";
  /** Artists to draw from; at least one. */
  readonly artists: readonly Artist[];
  /** Names that are asked for and drawn. */
  readonly categories: readonly string[];
  /** Number of questions. */
  readonly size: number;
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
}

/** Scenes tried for one question, at most; also the stride between questions' scenes. */
export const MAX_ATTEMPTS = 4096;

const QUESTIONS = hashText("emoji/questions");
/** Questions whose content goes into the manifest's hash: more would delay the start. */
const HASHED = 128;

/**
 * A scene for a question: its own for each split, question and attempt.
 *
 * @param attempt In [0, MAX_ATTEMPTS).
 */
export function questionScene(
  { sprites, seed, split, artists, categories }: EmojiQuestions,
  index: number,
  attempt: number,
  options: Partial<SceneOptions>,
): MaskedScene {
  const place = (index * MAX_ATTEMPTS + attempt) * 2 + (split === "train" ? 0 : 1);
  return scene(sprites, hash(QUESTIONS, seed), place, {
    artists,
    categories,
    ...options,
  });
}

/** What the embedded model thinks of a scene before it answers: the names in it. */
export function sceneReasoning({ objects }: Pick<Scene, "objects">): string {
  const seen = objects.map(({ category, box }) => ({
    name: category,
    box: pixelsToFrame(box, SCENE_SIDE, SCENE_SIDE),
  }));
  return namesSeen(seen).join(", ");
}

/**
 * Questions as a source. Ids are `emoji/TASK/ARTISTS/INDEX`, for the held-out split
 * `emoji/TASK/ARTISTS/held-out/INDEX`.
 *
 * The manifest's `sha256` covers ids, prompts, answers and pixels of the first 128 questions;
 * masks and reasoning follow from the scene, frame and form from the prompt.
 *
 * @param make A pure function of the index.
 */
export function questionSource(
  task: string,
  options: EmojiQuestions,
  make: (index: number) => Omit<Question, "id"> & Required<Pick<Question, "reasoning">>,
): QuestionSource {
  const { seed, split, artists, categories, size } = options;
  const held = split === "train" ? "" : "/held-out";
  const name = `emoji/${task}/${artists.join("+")}${held}`;
  const question = keepQuestions((index) => {
    if (!Number.isInteger(index) || index < 0 || index >= size) {
      throw new RangeError(`${name} has questions 0 to ${size - 1}, not ${index}`);
    }
    return withAskedAnswer({ id: `${name}/${index}`, ...make(index) });
  });
  const sha256 = contentHash(
    Array.from({ length: Math.min(size, HASHED) }, (_, i) => i)
      .map(question),
  );
  return {
    name,
    size,
    manifest: { source: "emoji", task, split, seed, artists, categories, size, sha256 },
    reasoned: size,
    picture: (index) => `${name}/${index}`,
    question: (index) => new Promise((resolve) => resolve(question(index))),
  };
}

function contentHash(questions: readonly Question[]): string {
  const content = createHash("sha256");
  for (const question of questions) {
    const { images, mask: _, reasoning: _1, frame: _2, form: _3, ...words } = question;
    content.update(JSON.stringify(words));
    for (const { data } of images) content.update(data);
  }
  return content.digest("hex");
}
