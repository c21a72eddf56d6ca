import type { Frame } from "../geometry/box.ts";
import type { Target } from "./question.ts";

/** What a target is about: its category or its label; nothing for other kinds. */
export function categoryOf(target: Target<Frame>): string | undefined {
  switch (target.kind) {
    case "detection":
      return target.category;
    case "classification":
      return target.label;
    default:
      return undefined;
  }
}
