import assert from "node:assert/strict";
import { main } from "../../../pipeline/cli/main.ts";

/** The exit code of the command, and what it says. */
async function run(...args: string[]) {
  const { error } = console;
  const said: string[] = [];
  console.error = (text: string) => said.push(text);
  try {
    return { code: await main(["experiment", ...args]), said: said.join("\n") };
  } finally {
    console.error = error;
  }
}

const REFUSED: readonly (readonly [line: string, why: RegExp])[] = [
  ["", /Give a NAME: one of few-shot-classification, .*, or all$/],
  ["few-shot-clasification", /did you mean few-shot-classification\?/],
  ["grounding --stepz 4", /no flag --stepz: did you mean --steps\?/],
  ["grounding --seed 1", /--seed is decided by the experiment/],
  ["grounding --learning-rate 1e-4", /--learning-rate is decided by the experiment/],
  ["grounding --seeds one", /--seeds must be a list of numbers, as in 1,2: it is "one"/],
  ["grounding --jobs 0", /--jobs must be a whole number of at least 1: it is 0/],
  ["all --shots 4", /grounding does not count shots/],
  ["grounding --model Qwen/Qwen2-VL-2B-Instruct", /needs --data/],
];

Deno.test("deno task experiment tells in one sentence what cannot be used", async () => {
  for (const [line, why] of REFUSED) {
    const { code, said } = await run(...line.split(" ").filter((word) => word !== ""));
    assert.equal(code, 2, line);
    assert.match(said, /^deno task experiment: [^\n]+$/);
    assert.match(said, why);
  }
});
