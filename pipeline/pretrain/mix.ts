import type { Box } from "../../data/geometry/box.ts";
import type { SeenObject } from "../../data/emoji/names_seen.ts";
import type { Exercise } from "./block.ts";
import {
  classificationExercise,
  detectionExercise,
  groundingExercise,
  listExercise,
  presenceExercise,
  type Prompts,
} from "./exercises.ts";

/** What the questions may be about. */
export interface Names {
  /** Asked for on images, present or absent. */
  readonly base: readonly string[];
  /** Base and novel: named on images, asked for without them. */
  readonly all: readonly string[];
}

/** Sentences that mean one object of a scene. */
export interface Reference {
  readonly sentence: string;
  /** In the frame 0–1000. */
  readonly box: Box;
}

/** Share of scenes with a reference whose last question is a grounding one. */
const GROUNDING_SHARE = 0.4;

/**
 * The questions on one scene.
 *
 * One base category: present, absent, naming, and absent (.45) or present again. Two or more:
 * present, the other present, absent, and absent (.6) or naming; if a sentence can mean one
 * of the objects, the last is a grounding question in two of five scenes. None: naming alone.
 * Novel categories are never asked for on an image: "absent" would have to be learnt of what
 * is seen.
 *
 * @param next Uniform numbers in [0, 1).
 */
export function sceneExercises(
  prompts: Prompts,
  objects: readonly SeenObject[],
  references: readonly Reference[],
  names: Names,
  next: () => number,
): Exercise[] {
  const seen = new Set(objects.map(({ name }) => name));
  const present = shuffled(names.base.filter((name) => seen.has(name)), next);
  const absent = names.base.filter((name) => !seen.has(name));
  const ask = (category: string) => detectionExercise(prompts, objects, category, next);
  const askAbsent = () => ask(pick(absent, next));
  const naming = () =>
    next() < 0.6 ? classificationExercise(prompts, objects) : listExercise(objects);

  if (present.length === 0) {
    return [classificationExercise(prompts, objects), listExercise(objects)];
  }
  if (present.length === 1) {
    return [
      ask(present[0]!),
      askAbsent(),
      naming(),
      next() < 0.45 ? askAbsent() : ask(present[0]!),
    ];
  }
  const last = () => {
    if (references.length > 0 && next() < GROUNDING_SHARE) {
      const { sentence, box } = pick(references, next);
      return groundingExercise(prompts, objects, sentence, box);
    }
    return next() < 0.6 ? askAbsent() : naming();
  };
  return [ask(present[0]!), ask(present[1]!), askAbsent(), last()];
}

/** Presence questions without an image: one to three names, half of the asked ones absent. */
export function presenceExercises(
  prompts: Prompts,
  names: Names,
  count: number,
  next: () => number,
): Exercise[] {
  return Array.from({ length: count }, (_, i) => {
    const order = shuffled(names.all, next);
    const listed = order.slice(0, 1 + Math.floor(next() * 3));
    const asked = i % 2 === 0 ? pick(listed, next) : order[3]!;
    return presenceExercise(prompts, listed, asked);
  });
}

function pick<T>(items: readonly T[], next: () => number): T {
  return items[Math.floor(next() * items.length)]!;
}

/** The first few places of a random order; the rest stays as it was. */
function shuffled<T>(items: readonly T[], next: () => number): T[] {
  const order = [...items];
  for (let i = 0; i < Math.min(4, order.length - 1); i++) {
    const j = i + Math.floor(next() * (order.length - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
