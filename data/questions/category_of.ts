import type { Frame } from "../geometry/box.ts";
import type { Target } from "./question.ts";

/**
 * What a target is about: its category or its label, or what its kind says if it is the caller's
 * own; nothing for other kinds.
 */
export function categoryOf(target: Target<Frame>): string | undefined {
  switch (target.kind) {
    case "detection":
      return target.category;
    case "classification":
      return target.label;
    case "own":
      return target.category;
    default:
      return undefined;
  }
}
