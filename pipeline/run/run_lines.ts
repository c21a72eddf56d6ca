import { join } from "node:path";
import type { Progress } from "../checkpoint/checkpoint.ts";
import { type JsonLines, openJsonLines } from "../../data/files/json_lines.ts";

/** A run's files of JSON lines. */
export interface RunLines {
  readonly metrics: JsonLines;
  readonly completions: JsonLines;
  /** Lines of `AnswerRow`. */
  readonly answers: JsonLines;
}

/** Opens a run's files of lines; what lies behind the marks of `lines` is cut off. */
export async function openRunLines(
  folder: string,
  lines: Progress["lines"],
): Promise<RunLines> {
  const open = (name: keyof RunLines) =>
    openJsonLines(join(folder, `${name}.jsonl`), lines[name]);
  return {
    metrics: await open("metrics"),
    completions: await open("completions"),
    answers: await open("answers"),
  };
}

/** The marks of the files as they are now. */
export function marksOf(lines: RunLines): Progress["lines"] {
  return {
    metrics: lines.metrics.mark(),
    completions: lines.completions.mark(),
    answers: lines.answers.mark(),
  };
}

/** Resolves when all lines are on the disk. */
export async function syncRunLines(lines: RunLines): Promise<void> {
  await lines.metrics.sync();
  await lines.completions.sync();
  await lines.answers.sync();
}
