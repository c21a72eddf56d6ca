import { pixelsToFrame } from "../geometry/box.ts";
import type { QuestionSource } from "../questions/question.ts";
import { BASE_CATEGORIES } from "./categories.ts";
import {
  type EmojiQuestions,
  questionScene,
  questionSource,
  sceneReasoning,
} from "./questions.ts";
import { SCENE_SIDE } from "./scene.ts";

/** What detection questions are made of. Questions about an absent object are spread evenly. */
export interface DetectionQuestions extends EmojiQuestions {
  /** Share of questions whose category the image does not show, in [0, 1). */
  readonly absent: number;
}

/**
 * "Detect all objects of category …" on scenes with one to three objects.
 *
 * Present and absent questions each go through the categories in turn. If only one category
 * is asked for, images without it show base categories.
 */
export function detectionQuestions(options: DetectionQuestions): QuestionSource {
  const { categories, absent, prompts } = options;
  const source = questionSource("detection", options, (index) => {
    const absentBefore = absentAmong(index, absent);
    const isAbsent = absentAmong(index + 1, absent) > absentBefore;
    const turn = isAbsent ? absentBefore : index - absentBefore;
    const category = categories[turn % categories.length]!;
    const picture = questionScene(
      options,
      index,
      0,
      isAbsent
        ? { categories: othersThan(category, categories) }
        : { including: [category] },
    );
    return {
      images: [picture.image],
      prompt: prompts({ kind: "detection", category }),
      target: {
        kind: "detection",
        category,
        boxes: picture.objects
          .filter((object) => object.category === category)
          .map(({ box }) => pixelsToFrame(box, SCENE_SIDE, SCENE_SIDE)),
      },
      reasoning: sceneReasoning(picture),
    };
  });
  return { ...source, manifest: { ...source.manifest, absent } };
}

/** Absent ones among the first `count` questions. */
function absentAmong(count: number, share: number): number {
  return Math.floor(count * share + 1e-9); // 0.3 * 10 may fall short of 3
}

function othersThan(category: string, categories: readonly string[]): string[] {
  const pool = categories.length > 1 ? categories : BASE_CATEGORIES.map((c) => c.name);
  return pool.filter((name) => name !== category);
}
