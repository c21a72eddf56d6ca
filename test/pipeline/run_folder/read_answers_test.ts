import assert from "node:assert/strict";
import { readAnswers } from "../../../pipeline/run_folder/read_answers.ts";
import { inFolder } from "../../support/in_folder.ts";
import { writeLines } from "../../support/made_run.ts";

const target = { kind: "classification", label: "cat" };

function row(step: number, question: string, reward: number | null, split = "held-out") {
  const rewards = { accuracy: reward };
  return { step, split, question, prompt: "What?", target, text: "cat", rewards, reward };
}

Deno.test("readAnswers() pairs the first evaluation's answers with the last one's", () =>
  inFolder(async (folder) => {
    await writeLines(folder, "answers.jsonl", [
      ...[row(0, "a", 1), row(0, "b", 2)],
      ...[row(5, "a", 3), row(5, "b", 3)],
      ...[row(9, "b", 5), row(9, "a", null)],
      row(9, "a", 7, "probe"),
    ]);
    const answers = await readAnswers(folder);
    assert.deepEqual(
      answers.map(({ order, before, after }) => [
        order,
        before.question,
        before.reward,
        after?.step,
        after?.reward,
      ]),
      [[0, "a", 1, 9, NaN], [1, "b", 2, 9, 5]],
    );
  }));

Deno.test("readAnswers() has no second answer where a run was evaluated once", () =>
  inFolder(async (folder) => {
    assert.deepEqual(await readAnswers(folder), []);
    await writeLines(folder, "answers.jsonl", [row(0, "a", 1)]);
    const [answer] = await readAnswers(folder);
    assert.equal(answer?.before.reward, 1);
    assert.equal(answer?.after, undefined);
  }));

Deno.test("readAnswers() names the line of what is no answer", () =>
  inFolder(async (folder) => {
    const { target: _, ...rest } = row(0, "b", 1);
    await writeLines(folder, "answers.jsonl", [row(0, "a", 1), rest]);
    await assert.rejects(readAnswers(folder), /answers\.jsonl: line 2: \.target/);
  }));
