import { paperPrompt } from "../../data/questions/prompt.ts";
import type { RowSet } from "../../data/formats/rows.ts";

/** Options of detection questions in the paper's words, without absent ones. */
export const DETECTION = { prompts: paperPrompt, absent: 0 };

/** Image and boxes (x1, y1, x2, y2 of 0 to 1000) of each question by category, in the set's order. */
export async function askedOf(rows: RowSet): Promise<readonly (readonly unknown[])[]> {
  const found: unknown[][] = [];
  for (let i = 0; i < rows.size; i++) {
    const { imageId = "", target } = await rows.row(i);
    if (target.kind === "detection") {
      const boxes = target.boxes.map(({ x1, y1, x2, y2 }) => [x1, y1, x2, y2]);
      found.push([imageId, target.category, ...boxes]);
    } else if (target.kind === "classification") found.push([imageId, target.label]);
  }
  return found;
}
