import type { Box } from "../../data/geometry/box.ts";
import { leftToRight, namesSeen, type SeenObject } from "../../data/emoji/names_seen.ts";
import type { Exercise } from "./block.ts";
import { CONFIDENCES, COORDINATE_STEP } from "./vocabulary.ts";

/** The prompts that the model is taught. */
export interface Prompts {
  detection(category: string): string;
  readonly classification: string;
  grounding(sentence: string): string;
}

/** Asks for all names: only the pre-training asks it. */
export const LIST_PROMPT = "List the objects.";

/**
 * "Where are the objects of this category?" Boxes from left to right.
 *
 * The confidence is any of the ten: pre-training teaches nothing about calibration.
 *
 * @param next Uniform numbers in [0, 1).
 */
export function detectionExercise(
  prompts: Prompts,
  objects: readonly SeenObject[],
  category: string,
  next: () => number,
): Exercise {
  const found = leftToRight(objects.filter(({ name }) => name === category));
  const entries = found.map(({ box }) => {
    const confidence = CONFIDENCES[Math.floor(next() * CONFIDENCES.length)]!;
    return `{'Position': ${boxText(box)}, 'Confidence': ${confidence}}`;
  });
  return {
    prompt: prompts.detection(category),
    answer: completion(
      namesSeen(objects),
      found.length === 0 ? "No Objects" : `[${entries.join(", ")}]`,
    ),
    coordinates: found.flatMap(({ box }) => corners(box)),
  };
}

/** "What is the main object?" The largest. */
export function classificationExercise(
  prompts: Prompts,
  objects: readonly SeenObject[],
): Exercise {
  const size = ({ box }: SeenObject) => (box.x2 - box.x1) * (box.y2 - box.y1);
  const main = objects.reduce((a, b) => size(b) > size(a) ? b : a);
  return {
    prompt: prompts.classification,
    answer: completion(namesSeen(objects), main.name),
    coordinates: [],
  };
}

/** "List the objects." */
export function listExercise(objects: readonly SeenObject[]): Exercise {
  const names = namesSeen(objects);
  return {
    prompt: LIST_PROMPT,
    answer: completion(names, names.join(", ")),
    coordinates: [],
  };
}

/** "Find the animal left of the car": one box. */
export function groundingExercise(
  prompts: Prompts,
  objects: readonly SeenObject[],
  sentence: string,
  box: Box,
): Exercise {
  return {
    prompt: prompts.grounding(sentence),
    answer: completion(
      namesSeen(objects),
      formatRegion(corners(box).map(rounded)),
    ),
    coordinates: corners(box),
  };
}

/**
 * The same question as {@link detectionExercise} for a list of names that is given and no
 * image: is the asked name among them? Only the token after `<answer>` can be learnt of it.
 */
export function presenceExercise(
  prompts: Prompts,
  names: readonly string[],
  category: string,
): Exercise {
  const there = names.includes(category);
  const [x1, y1, x2, y2] = [0, 0, 1000, 1000];
  return {
    prompt: prompts.detection(category),
    answer: completion(
      names,
      there
        ? `[{'Position': ${boxText({ x1, y1, x2, y2 })}, 'Confidence': ${
          CONFIDENCES[0]
        }}]`
        : "No Objects",
    ),
    coordinates: there ? [x1, y1, x2, y2] : [],
  };
}

function completion(names: readonly string[], answer: string): string {
  return `<think>${names.join(", ")}</think><answer>${answer}</answer>`;
}

function corners({ x1, y1, x2, y2 }: Box): number[] {
  return [x1, y1, x2, y2];
}

function rounded(side: number): number {
  return Math.round(side / COORDINATE_STEP) * COORDINATE_STEP;
}

function boxText(box: Box): string {
  return `[${corners(box).map(rounded).join(", ")}]`;
}

function formatRegion([x1, y1, x2, y2]: readonly number[]): string {
  return `(${x1},${y1}),(${x2},${y2})`;
}
