import type { Frame } from "../../data/geometry/box.ts";
import type { TruthKind } from "../../data/formats/file_spec.ts";
import type { StatedTruth } from "../../data/formats/truth.ts";
import { type Target, UNNAMED_CATEGORY } from "../../data/questions/question.ts";
import { quoted } from "../../data/short_text.ts";
import { readChoice } from "./read_choice.ts";
import { readNumber } from "./read_number.ts";

/**
 * The ground truth in a solution's content whose kind is known: it is read as that, or refused.
 *
 * - `label` and `text` take the content as it is, braces and brackets included;
 * - `number` and `choice` read it as an answer of that kind is read;
 * - `boxes` is detection, also of a single box, and `box` is grounding;
 * - `point` is the box around the region in which a point must lie.
 *
 * @param boxes Reads the content as boxes, if that is wanted.
 * @throws {SyntaxError} If it is not of this kind.
 *
 * @example
 * ```ts
 * import { statedTruth } from "./stated_truth.ts";
 *
 * const noBoxes = () => { throw new SyntaxError("no boxes"); };
 * statedTruth("number", "3 cups", noBoxes).target; // { kind: "number", value: 3 }
 * ```
 */
export function statedTruth(
  kind: Exclude<TruthKind, "auto">,
  content: string,
  boxes: () => StatedTruth,
): StatedTruth {
  const plain = (target: Target<Frame>): StatedTruth => ({ target, frame: "per mille" });
  switch (kind) {
    case "label":
      return plain({ kind: "classification", label: content });
    case "text":
      return plain({ kind: "text", text: content });
    case "number": {
      const value = readNumber(content);
      if (value !== undefined) return plain({ kind, value });
      throw fault(content, "no number", kind);
    }
    case "choice": {
      const choice = readChoice(content);
      if (choice !== undefined) return plain({ kind, choice });
      throw fault(content, "no letter of an option", kind);
    }
    case "boxes": {
      const read = boxes(), { target } = read;
      if (target.kind === "detection") return read;
      if (target.kind !== "grounding") throw fault(content, "no boxes", kind);
      const all = [target.box];
      return {
        ...read,
        target: { kind: "detection", category: UNNAMED_CATEGORY, boxes: all },
      };
    }
    case "box":
    case "point": {
      const read = boxes(), box = onlyBox(read.target);
      if (box === undefined) throw fault(content, "not one box", kind);
      return {
        ...read,
        target: kind === "box" ? { kind: "grounding", box } : { kind, box },
      };
    }
  }
}

function onlyBox(target: Target<Frame>) {
  if (target.kind === "grounding") return target.box;
  return target.kind === "detection" && target.boxes.length === 1
    ? target.boxes[0]
    : undefined;
}

function fault(content: string, what: string, kind: TruthKind): SyntaxError {
  return new SyntaxError(
    `the solution ${
      quoted(content)
    } is ${what}, as truth=${kind} says it is: correct it, or leave ` +
      "the option out",
  );
}
