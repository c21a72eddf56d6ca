import { iou, pixelsToFrame } from "../../data/geometry/box.ts";
import { KNOWN_ARTISTS } from "../../data/emoji/artists.ts";
import {
  BASE_CATEGORIES,
  CATEGORIES,
  NOVEL_CATEGORIES,
} from "../../data/emoji/categories.ts";
import { type Reference, references, RELATIONS } from "../../data/emoji/references.ts";
import { scene, SCENE_SIDE, type SceneObject } from "../../data/emoji/scene.ts";
import { loadSprites } from "../../data/emoji/sprites.ts";
import { shortPrompt } from "../../data/questions/prompt.ts";
import { parsePreprocessor } from "../../stages/model/qwen2_vl/image_processor.ts";
import type { BatchTools } from "./batches.ts";
import { LIST_PROMPT, type Prompts } from "./exercises.ts";
import type { Names, Reference as Grounding } from "./mix.ts";
import { modelFiles } from "./model_files.ts";
import { tokenKinds } from "./token_targets.ts";
import { type Vocabulary, vocabulary } from "./vocabulary.ts";

const prompts: Prompts = {
  detection: (category) => shortPrompt({ kind: "detection", category }),
  classification: shortPrompt({ kind: "classification" }),
  grounding: (instruction) => shortPrompt({ kind: "grounding", instruction }),
};

/** What the embedded model's questions are made of, and the tokens for it. */
export function embeddedVocabulary(): { names: Names; vocabulary: Vocabulary } {
  const all = CATEGORIES.map(({ name }) => name);
  return {
    names: { base: BASE_CATEGORIES.map(({ name }) => name), all },
    vocabulary: vocabulary([
      "Detect all objects of category '",
      prompts.classification,
      LIST_PROMPT,
      "Find the ",
      ...RELATIONS.map((relation) => ` ${relation} the `),
      "),(",
      ...all,
      ...new Set(CATEGORIES.map(({ group }) => group)),
    ]),
  };
}

/** What the batches of the embedded model are made of. */
export async function embeddedTools(): Promise<BatchTools> {
  const { names, vocabulary } = embeddedVocabulary();
  const sprites = await loadSprites();
  return {
    vocabulary,
    kinds: tokenKinds(vocabulary),
    names,
    prompts,
    preprocessor: parsePreprocessor(
      JSON.parse(modelFiles(vocabulary).get("preprocessor_config.json")!),
      "preprocessor_config.json",
    ),
    scene(seed, index, single) {
      const picture = scene(sprites, seed, index, {
        artists: KNOWN_ARTISTS,
        categories: names.all,
        ...single && { count: 1 },
      });
      const { image, objects } = picture;
      const seen = objects.map(({ category, box }) => ({
        name: category,
        box: pixelsToFrame(box, SCENE_SIDE, SCENE_SIDE),
      }));
      return { image, objects: seen, references: usable(references(picture), objects) };
    },
  };
}

/**
 * Sentences that are asked: those that need their relation, if there are any. No sentence
 * means a novel category's object: those are never the answer of a question on an image.
 */
function usable(
  all: readonly Reference[],
  objects: readonly SceneObject[],
): readonly Grounding[] {
  const novel = new Set(NOVEL_CATEGORIES.map(({ name }) => name));
  const hidden = objects
    .filter(({ category }) => novel.has(category))
    .map(({ box }) => pixelsToFrame(box, SCENE_SIDE, SCENE_SIDE));
  const asked = all.filter(({ box }) => !hidden.some((other) => iou(box, other) === 1));
  const telling = asked.filter(({ candidates }) => candidates > 1);
  return telling.length > 0 ? telling : asked;
}
