import { join } from "node:path";
import type { Target } from "../../data/question.ts";
import { parseAnswer } from "../../stages/parse/parse_answer.ts";
import type { AnswerRow } from "../evaluate/answer_row.ts";
import { categoryFigures } from "../evaluate/figures.ts";
import { HELD_OUT } from "../evaluate/splits.ts";
import type { DoneRecord, EvaluationRecord, Figures, MetricsRecord } from "../metrics.ts";

/** What a finished run was worth. */
export interface RunResult {
  /** Held-out figures after the last step. */
  readonly figures: Figures;
  /** AP or accuracy by category. */
  readonly categories: Figures;
  /** Figures of the probes, by their names. */
  readonly probes: Readonly<Record<string, Figures>>;
  readonly steps: number;
  /** Tokens that went through the learner. */
  readonly tokens: number;
  /** Wall-clock, of all sittings. */
  readonly seconds: number;
}

/**
 * Reads what a finished run was worth from its metrics.jsonl and answers.jsonl.
 *
 * @throws {Error} Where the run is not finished, or was not evaluated.
 */
export async function readRunResult(run: string): Promise<RunResult> {
  const records = await readLines<MetricsRecord>(join(run, "metrics.jsonl"));
  const done = records.find((record): record is DoneRecord => record.type === "done");
  const steps = records.filter((record) => record.type === "step");
  const evaluations = records.filter((record): record is EvaluationRecord =>
    record.type === "evaluation"
  );
  const last = evaluations.filter(({ split }) => split === HELD_OUT).at(-1);
  if (done === undefined || last === undefined) {
    throw new Error(
      `${run} is no finished run with an evaluation: remove it to begin anew`,
    );
  }
  const answers = (await readLines<AnswerRow>(join(run, "answers.jsonl")))
    .filter(({ step, split }) => step === last.step && split === HELD_OUT);
  return {
    figures: last.figures,
    categories: categoryFigures(answers.map(judged)),
    probes: Object.fromEntries(
      evaluations.filter(({ split }) => split !== HELD_OUT)
        .map(({ split, figures }) => [split, figures]),
    ),
    steps: last.step,
    tokens: steps.at(-1)?.num_tokens ?? 0,
    seconds: done.seconds,
  };
}

function judged({ question: id, text, frame, target, tokens, reward }: AnswerRow) {
  return {
    question: { id, target: target as Target },
    answer: parseAnswer(text, frame),
    reward,
    tokenIds: { length: tokens },
  };
}

/** Lines that this program wrote itself, in a run that has ended. */
async function readLines<T>(path: string): Promise<T[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}
