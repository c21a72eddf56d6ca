import type { QuestionSource } from "../questions/question.ts";
import { hashText, stream } from "../random.ts";
import { CATEGORIES } from "./categories.ts";
import {
  type EmojiQuestions,
  MAX_ATTEMPTS,
  questionScene,
  questionSource,
  sceneReasoning,
} from "./questions.ts";
import { GROUP_NOUNS, references } from "./references.ts";

const GROUNDING = hashText("emoji/grounding");
const groups = new Map(CATEGORIES.map(({ name, group }) => [name, group]));

/**
 * "Find the animal left of the car": one object of three, which the noun alone does not tell
 * from another. In half of the questions the two are of one category and called by its name,
 * in half (if the categories allow it) they are of one group and called by the group's.
 *
 * @throws {RangeError} If there are fewer than two categories.
 */
export function groundingQuestions(options: EmojiQuestions): QuestionSource {
  const { categories, prompts, seed } = options;
  if (categories.length < 2) {
    throw new RangeError(
      `Grounding needs at least two categories to relate, not ${categories.length}`,
    );
  }
  const isTrain = options.split === "train" ? 1 : 0;
  return questionSource("grounding", options, (index) => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const next = stream(GROUNDING, seed, isTrain, index, attempt);
      const { noun, including } = company(categories, next);
      const picture = questionScene(options, index, attempt, { count: 3, including });
      const usable = references(picture).filter(({ sentence, candidates }) =>
        candidates > 1 && sentence.startsWith(`the ${noun} `)
      );
      if (usable.length === 0) continue;
      const { sentence, box, meant } = usable[Math.floor(next() * usable.length)]!;
      return {
        images: [picture.image],
        prompt: prompts({ kind: "grounding", instruction: sentence }),
        target: { kind: "grounding", box },
        mask: picture.mask(meant),
        reasoning: sceneReasoning(picture),
      };
    }
    throw new Error(
      `No unambiguous scene for grounding question ${index} in ${MAX_ATTEMPTS} attempts`,
    );
  });
}

/** Two things that share a noun, and a third that tells them apart. */
function company(categories: readonly string[], next: () => number) {
  const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)]!;
  const anchor = pick(categories);
  const others = categories.filter((name) => name !== anchor);
  const byGroup = next() < 0.5;
  const first = pick(others);
  const noun = groups.get(first)!;
  const fellows = others.filter((name) => name !== first && groups.get(name) === noun);
  return byGroup && GROUP_NOUNS.includes(noun) && fellows.length > 0
    ? { noun, including: [first, pick(fellows), anchor] }
    : { noun: first, including: [first, first, anchor] };
}
