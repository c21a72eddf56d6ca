import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import { categoryFigures, type ScoredAnswer } from "../../stages/evaluate/figures.ts";
import { HELD_OUT } from "../run_folder/splits.ts";
import type { Figures } from "../../stages/records.ts";
import { answersOf } from "../run_folder/read_answers.ts";
import { heldOutOf, readRun } from "../run_folder/read_run.ts";

/** What a finished run was worth. */
export interface RunResult {
  /** Held-out figures after the last step. */
  readonly figures: Figures;
  /** AP or accuracy by category. */
  readonly categories: Figures;
  /** Figures of the probes, by their names. */
  readonly probes: Readonly<Record<string, Figures>>;
  /** Optimiser steps of the run. */
  readonly steps: number;
  /** Tokens that went through the learner. */
  readonly tokens: number;
  /** Wall-clock, of all sittings. */
  readonly seconds: number;
}

/**
 * Reads what a finished run was worth from its metrics.jsonl and answers.jsonl.
 *
 * @throws {Error} If the run is not finished, or was not evaluated.
 * @throws {SyntaxError} If a line is damaged: names file, line and place.
 */
export async function readRunResult(run: string): Promise<RunResult> {
  const read = await readRun(run);
  const { seconds, steps, evaluations } = read;
  const last = heldOutOf(read).at(-1);
  if (seconds === undefined || last === undefined) {
    throw new Error(
      `${run} is not a finished run with an evaluation: remove it to start again`,
    );
  }
  const answers: ScoredAnswer[] = [];
  for await (
    const { split, step, question: id, target, text, frame, reward } of answersOf(run)
  ) {
    if (split !== HELD_OUT || step !== last.step) continue;
    const answer = parseAnswer(text, frame);
    answers.push({ question: { id, target }, answer, reward, tokenIds: [] });
  }
  return {
    figures: last.figures,
    categories: categoryFigures(answers),
    probes: Object.fromEntries(
      evaluations.filter(({ split }) => split !== HELD_OUT)
        .map(({ split, figures }) => [split, figures]),
    ),
    steps: last.step,
    tokens: steps.at(-1)?.figures.num_tokens ?? 0,
    seconds,
  };
}
