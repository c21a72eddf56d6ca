import type { Target } from "./question.ts";

/**
 * A few words for what the right answer is: the label, "3 × cup", "no cup", "one region".
 *
 * @example
 * ```ts
 * import { targetTitle } from "./target_title.ts";
 *
 * targetTitle({ kind: "detection", category: "cup", boxes: [] }); // "no cup"
 * ```
 */
export function targetTitle(target: Target): string {
  switch (target.kind) {
    case "classification":
      return target.label;
    case "detection":
      return target.boxes.length === 0
        ? `no ${target.category}`
        : target.boxes.length === 1
        ? target.category
        : `${target.boxes.length} × ${target.category}`;
    case "grounding":
      return "one region";
    case "number": {
      const { value, tolerance = 0 } = target;
      return tolerance === 0 ? String(value) : `${value} ± ${tolerance}`;
    }
    case "text":
      return target.text;
    case "choice": {
      const option = target.options?.[target.choice.charCodeAt(0) - 65];
      return option === undefined ? target.choice : `${target.choice}: ${option}`;
    }
    case "point":
      return "a point";
    case "own":
      return target.title ?? `${target.name}: ${JSON.stringify(target.truth)}`;
  }
}
