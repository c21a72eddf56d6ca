import * as v from "npm:valibot@1.5.0";
import { schemaFault } from "../../data/files/json_fault.ts";
import type { AnswerRow } from "./answers.ts";
import { answerRowSchema } from "./answers_schema.ts";
import { HELD_OUT } from "./splits.ts";
import { fileOfRun } from "./file_of_run.ts";
import { readLines } from "../../data/files/read_lines.ts";

/** An answer to a held-out question; figures that the run did not write are NaN. */
export type ReadAnswer = Omit<AnswerRow, "id" | "tokens">;

/** A held-out question and what a run answered, first and last. */
export interface Answered {
  /** Place in the order in which the questions were asked. */
  readonly order: number;
  readonly before: ReadAnswer;
  /** Missing if the run was evaluated once, or was not asked this question again. */
  readonly after?: ReadAnswer;
}

const { id: _, tokens: _1, ...entries } = answerRowSchema.entries;
// Files of earlier versions have no prompt.
const schema: v.GenericSchema<unknown, ReadAnswer> = v.object({
  ...entries,
  prompt: v.optional(entries.prompt, ""),
}, "an object");

/**
 * The answers of all evaluations of a run, in the order in which they were given; none where
 * the folder has no answers.jsonl.
 *
 * @throws {SyntaxError} If a line is no answer: names file, line and place.
 */
export async function* answersOf(folder: string): AsyncGenerator<ReadAnswer> {
  const path = await fileOfRun(folder, "answers.jsonl");
  for await (const { number, value } of readLines(path)) {
    const result = v.safeParse(schema, value, { abortEarly: true });
    if (!result.success) {
      throw schemaFault(path, result.issues[0], { place: `line ${number}: ` });
    }
    yield result.output;
  }
}

/** Answers of one evaluation, at most: two evaluations are in memory. */
const MOST_ANSWERS = 200_000;

/**
 * The held-out answers of a run's first and last evaluation. Two evaluations are in memory at a
 * time, however many there were.
 *
 * @throws {SyntaxError} As `answersOf`.
 */
export async function readAnswers(folder: string): Promise<Answered[]> {
  const first: ReadAnswer[] = [];
  let last: ReadAnswer[] = [];
  const keep = (list: ReadAnswer[], answer: ReadAnswer) => {
    if (list.push(answer) <= MOST_ANSWERS) return;
    throw new RangeError(
      `${folder}: an evaluation in answers.jsonl has more than ${MOST_ANSWERS} answers`,
    );
  };
  for await (const answer of answersOf(folder)) {
    if (answer.split !== HELD_OUT) continue;
    if (first.length === 0 || answer.step === first[0]!.step) keep(first, answer);
    else if (last.length === 0 || answer.step === last[0]!.step) keep(last, answer);
    else last = [answer];
  }
  const later = new Map(last.map((answer) => [answer.question, answer]));
  return first.map((before, order) => ({
    order,
    before,
    after: later.get(before.question),
  }));
}
