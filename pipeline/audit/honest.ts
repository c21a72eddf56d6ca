import type { Box } from "../../data/geometry/box.ts";
import { hashText, stream } from "../../data/random.ts";
import { formatAnswer } from "../../stages/parse/format_answer.ts";
import { formatSolution } from "../../stages/parse/format_solution.ts";
import type { AuditQuestion } from "./questions.ts";

const LONG = "I look at the picture from the upper left to the lower right corner. ";

/**
 * The ground truth in a few wordings: with short reasoning, with long reasoning, and as short as
 * possible. What the best paid of them earns is the honest reward.
 */
export function honestAnswers({ target }: AuditQuestion): readonly string[] {
  const plain = formatSolution(target, "I look.");
  const short = formatSolution(target, "").replaceAll(/([:,]) /g, "$1");
  const isAbsent = target.kind === "detection" && target.boxes.length === 0;
  // An empty list says 'No Objects' in fewer letters.
  const shortest = isAbsent ? [formatAnswer({ kind: "label", label: "[]" }, "")] : [];
  return [plain, formatSolution(target, LONG.repeat(4)), short, ...shortest];
}

/**
 * Answers of a policy that looks and is right half of the time: a label or 'No Objects' that is
 * right every other time; every other box finds its object, at IoU .7 and with
 * the confidence that it deserves, .5; every other number, text, choice or point is right.
 *
 * @returns One answer to each question.
 */
export function fairTries(
  questions: readonly AuditQuestion[],
  seed: number,
): readonly string[] {
  const next = stream(seed, hashText("audit/try"));
  let found = false;
  const hit = () => found = !found;
  const at = (box: Box) => hit() ? shifted(box) : elsewhere(box, next);
  return questions.map(({ target, asked: { labels } }) => {
    switch (target.kind) {
      case "classification": {
        const other = (labels.indexOf(target.label) + 1) % labels.length;
        const label = hit() ? target.label : labels[other]!;
        return formatAnswer({ kind: "label", label }, "I look.");
      }
      case "grounding":
        return formatAnswer({ kind: "region", box: at(target.box) }, "I look.");
      case "detection": {
        const detections = target.boxes.length > 0
          ? target.boxes.map((box) => ({ box: at(box), confidence: 0.5 }))
          : hit()
          ? []
          : [{ box: { x1: 100, y1: 100, x2: 300, y2: 300 }, confidence: 0.5 }];
        return formatAnswer({ kind: "detections", detections }, "I look.");
      }
      case "number":
        return said(String(hit() ? target.value : target.value + 1));
      case "text":
        return said(hit() ? target.text : "?");
      case "choice": {
        const other = labels.findIndex((_, i) => letter(i) !== target.choice);
        return said(hit() ? target.choice : letter(other));
      }
      case "point": {
        const { x1, y1, x2, y2 } = target.box;
        const beside = x1 > 1000 - x2 ? x1 / 2 : (x2 + 1000) / 2;
        const x = Math.round(hit() ? (x1 + x2) / 2 : beside);
        return said(`(${x},${Math.round((y1 + y2) / 2)})`);
      }
    }
  });
}

const said = (label: string) => formatAnswer({ kind: "label", label }, "I look.");
const letter = (index: number) => String.fromCharCode(65 + index);

/** At IoU .7: shifted by the share s of its width with (1 − s) / (1 + s) = .7. */
function shifted({ x1, y1, x2, y2 }: Box): Box {
  const by = Math.round((x2 - x1) * 0.1765);
  const sign = x2 + by <= 1000 ? 1 : -1;
  return { x1: x1 + sign * by, y1, x2: x2 + sign * by, y2 };
}

function elsewhere({ x1, y1, x2, y2 }: Box, next: () => number): Box {
  const w = Math.round((x2 - x1) / 2), h = Math.round((y2 - y1) / 2);
  const x = Math.round(next() * (1000 - w)), y = Math.round(next() * (1000 - h));
  return { x1: x, y1: y, x2: x + w, y2: y + h };
}
