import assert from "node:assert/strict";
import { readLine } from "../../../../data/formats/lines/read_line.ts";
import { shortPrompt } from "../../../../data/questions/prompt.ts";
import { parseSolution } from "../../../../stages/parse/parse_solution.ts";

const read = (line: Record<string, unknown>) =>
  readLine({ image: "1.jpg", ...line }, "x.jsonl, line 1", {
    prompts: shortPrompt,
    readTruth: parseSolution,
  });

const pair = { problem: "which?", answer: "cat" };

Deno.test("a key that would be ignored and looks like a truth is refused with the right one", () => {
  const message = [{ role: "user", content: "which?" }];
  const cases: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [{ ...pair, solutoin: "dog" }, /"solutoin" is not known; did you mean "solution"/],
    [{ ...pair, labels: ["dog"] }, /"labels" is not known; did you mean "label"/],
    [
      { ...pair, boxs: [], anwser: "dog" },
      /"anwser" is not known; did you mean "answer"/,
    ],
    [{ ...pair, number: 3 }, /both answer and number/],
    [{ ...pair, prompt: "what?" }, /"prompt" is not read: write it as "problem"/],
    [
      { prompt: "which?", completion: "cat" },
      /"prompt" is not read: write it as "problem"/,
    ],
    [{ problem: "which?", completion: "cat" }, /"completion" .* as "solution"/],
    [{ prompt: message, completion: "cat" }, /"completion" .* as "solution"/],
    [{ instruction: "which?", output: "cat" }, /"instruction" .* as "problem"/],
    [{ problem: "which?", ground_truth: "cat" }, /"ground_truth" .* as "solution"/],
    [{ question: "which?", number: 3 }, /"question" .* beside "number": .* "problem"/],
    [{ problem: "?", choices: ["a", "b"], choice: "A" }, /"choices" .* as "options"/],
    [{ question: "?", choices: ["a", "b"] }, /"options" and "choice" beside "problem"/],
    [
      { question: "?", choices: ["a", "b"], answer: "a" },
      /"options" and "choice" beside "problem"/,
    ],
  ];
  for (const [line, reason] of cases) {
    assert.throws(() => read(line), (error: Error) => {
      assert.match(error.message, /^x\.jsonl, line 1: /);
      assert.match(error.message, reason, JSON.stringify(line));
      return error instanceof SyntaxError;
    });
  }
});

Deno.test("keys that say nothing of the question, and empty ones, are left alone", () => {
  const rest = {
    level: 1,
    question_id: 3,
    answer_type: "x",
    text: "page 1",
    prompt: null,
  };
  for (const more of [rest, { completion: "", choices: [], labels: [] }]) {
    assert.deepEqual(read({ ...pair, ...more })[0]!.truth.target, {
      kind: "classification",
      label: "cat",
    });
  }
  assert.equal(
    read({ prompt: [{ role: "user", content: "which?" }], answer: "cat" })[0]!.prompt,
    read(pair)[0]!.prompt,
  );
});
