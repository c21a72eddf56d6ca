import type { ClassificationTarget, QuestionSource } from "../question.ts";
import { EMOJI_LABELS } from "./categories.ts";
import { type EmojiQuestions, questionScene, questionSource } from "./questions.ts";

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
    const { image } = questionScene(options, index, 0, { count: 1, including: [label] });
    return {
      images: [image],
      prompt: prompts({ kind: "classification" }),
      target: targetOf(label),
    };
  });
}

function targetOf(label: string): ClassificationTarget {
  const aliases = EMOJI_LABELS.aliases[label] ?? [];
  const target = { kind: "classification", label } as const;
  return aliases.length > 0 ? { ...target, aliases } : target;
}
