import type { Target } from "./question.ts";

/** What a target is about: its category or its label; nothing for a region. */
export function categoryOf(target: Target): string | undefined {
  switch (target.kind) {
    case "detection":
      return target.category;
    case "classification":
      return target.label;
    case "grounding":
      return undefined;
  }
}
