import type { RgbImage } from "../../data/pictures/image.ts";
import { hashText, stream } from "../../data/random.ts";
import {
  type Preprocessor,
  processImage,
} from "../../stages/model/qwen2_vl/image_processor.ts";
import { exerciseBlock, presenceBlock } from "./block.ts";
import type { SeenObject } from "../../data/emoji/names_seen.ts";
import type { Prompts } from "./exercises.ts";
import { type Names, presenceExercises, type Reference, sceneExercises } from "./mix.ts";
import type { Batch } from "./objective.ts";
import { packBlocks } from "./pack_blocks.ts";
import { patchTargets } from "./patch_targets.ts";
import type { Stage } from "./stages.ts";
import type { TokenKinds } from "./token_targets.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** An image and what is in it. */
export interface SeenScene {
  readonly image: RgbImage;
  readonly objects: readonly SeenObject[];
  readonly references: readonly Reference[];
}

/** What batches are made of. */
export interface BatchTools {
  readonly vocabulary: Vocabulary;
  readonly kinds: TokenKinds;
  readonly names: Names;
  readonly prompts: Prompts;
  readonly preprocessor: Preprocessor;
  /** A pure function of its arguments. */
  scene(seed: number, index: number, single: boolean): SeenScene;
}

/** Share of scenes with one object, outside the curriculum. */
const SINGLE_SHARE = 0.35;

/** Presence questions without an image a step; those that find no room are left out. */
const PRESENCE_QUESTIONS = 32;

/**
 * The batch of a step: a pure function of seed, stage and step, so that a resumed run sees
 * what an unbroken one would have seen.
 */
export function makeBatch(
  tools: BatchTools,
  seed: number,
  stage: Stage,
  step: number,
): Batch {
  const { vocabulary, kinds, names, prompts, preprocessor } = tools;
  const word = hashText(stage.name);
  const next = stream(seed, word, step);
  const single = singleShare(stage, step);
  const scenes = Array.from({ length: stage.pictures }, (_, i) => {
    const alone = next() < (single - SINGLE_SHARE) / (1 - SINGLE_SHARE);
    return tools.scene(seed + word % 1_000_003, step * stage.pictures + i, alone);
  });
  const processed = scenes.map(({ image }) => processImage(image, preprocessor));
  const pixels = processed[0]!.pixelValues.length;
  const pixelValues = new Float32Array(scenes.length * pixels);
  processed.forEach((picture, i) => pixelValues.set(picture.pixelValues, i * pixels));

  const side = processed[0]!.grid[1] / preprocessor.mergeSize;
  const labels = new Map(names.all.map((name, label) => [name, label]));
  const patches = patchTargets(
    scenes.map(({ objects }) =>
      objects.map(({ name, box }) => ({ label: labels.get(name)!, box }))
    ),
    side,
    names.all.length,
  );
  const batch = { pictures: scenes.length, pixelValues, patches };
  if (!stage.questions) return batch;
  const blocks = packBlocks(
    scenes.map(({ objects, references }) =>
      sceneExercises(prompts, objects, references, names, next)
        .map((exercise) => exerciseBlock(exercise, vocabulary, kinds))
    ),
    presenceExercises(prompts, names, PRESENCE_QUESTIONS, next)
      .map((exercise) => presenceBlock(exercise, vocabulary, kinds)),
    side,
    vocabulary,
  );
  return { ...batch, blocks };
}

/** Single-object scenes: all at first, then fewer, down to the usual share. */
function singleShare({ curriculum, schedule: { steps } }: Stage, step: number): number {
  const over = curriculum * steps;
  return step >= over ? SINGLE_SHARE : 1 - (1 - SINGLE_SHARE) * step / over;
}
