import type { ClassificationTarget, QuestionSource } from "../questions/question.ts";
import { EMOJI_LABELS } from "./categories.ts";
import {
  type EmojiQuestions,
  questionScene,
  questionSource,
  sceneReasoning,
} from "./questions.ts";

/**
 * "What is the main object?" on scenes with one object.
 *
 * Question i shows category i modulo the number of categories: with K categories and
 * S · K questions each is shown S times.
 */
export function classificationQuestions(options: EmojiQuestions): QuestionSource {
  const { categories, prompts } = options;
  return questionSource("classification", options, (index) => {
    const label = categories[index % categories.length]!;
    const picture = questionScene(options, index, 0, { count: 1, including: [label] });
    return {
      images: [picture.image],
      prompt: prompts({ kind: "classification" }),
      target: targetOf(label),
      reasoning: sceneReasoning(picture),
    };
  });
}

function targetOf(label: string): ClassificationTarget {
  const aliases = EMOJI_LABELS.aliases[label] ?? [];
  const target = { kind: "classification", label } as const;
  return aliases.length > 0 ? { ...target, aliases } : target;
}
