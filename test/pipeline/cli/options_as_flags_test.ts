import assert from "node:assert/strict";
import fc from "fast-check";
import { flagOf, optionsAsFlags } from "../../../pipeline/cli/options_as_flags.ts";

const NAMES = ["data", "model", "out", "loraTargetModules", "learningRate", "loraR"];

function shown(message: string, ...given: string[]): string {
  return optionsAsFlags(message, NAMES, given);
}

Deno.test("flagOf() writes names in kebab case", () => {
  assert.equal(flagOf("maxCompletionLength"), "--max-completion-length");
  assert.equal(flagOf("adamBeta1"), "--adam-beta1");
});

Deno.test("an option at the beginning of a message becomes a flag", () => {
  assert.equal(shown("data emoji:x: no such task"), "--data emoji:x: no such task");
  assert.equal(
    shown("data: there is nothing at x"),
    "--data: there is nothing at x",
  );
  assert.equal(
    shown("loraTargetModules * names no layer"),
    "--lora-target-modules * names no layer",
  );
});

Deno.test("an option of one word becomes a flag behind the word option only", () => {
  assert.equal(
    shown("It is an adapter: give it in option model."),
    "It is an adapter: give it in --model.",
  );
  assert.equal(shown("leave out the option data"), "leave out --data");
  assert.equal(
    shown("The data are no model: choose another option out, or none"),
    "The data are no model: choose another --out, or none",
  );
  assert.equal(shown("jsonl has no option model"), "jsonl has no option model");
});

Deno.test("an option with a capital inside becomes a flag anywhere", () => {
  assert.equal(
    shown("Lower learningRate, or use loraR 8 (loraTargetModules)."),
    "Lower --learning-rate, or use --lora-r 8 (--lora-target-modules).",
  );
});

Deno.test("quoted words, parts of paths and unknown names stay as they are", () => {
  for (
    const message of [
      'There is no setting "loraR"',
      "There is no setting 'loraR'",
      "Set `learningRate` to 1e-5",
      "The folder /tmp/loraR is empty",
      "The folder loraR/model is empty",
      "The file loraR.json is empty",
      "The repository me/loraR@learningRate is empty",
      "There is no reward learningRates",
      "The learner's dropout is odd",
      '"data" is wrong',
      "dataset is wrong",
    ]
  ) assert.equal(shown(message), message);
  assert.equal(
    shown("The run's data isn't there: lower learningRate, the run's own"),
    "The run's data isn't there: lower --learning-rate, the run's own",
  );
});

Deno.test("what the user wrote stays as it is, however it looks", () => {
  const hostile = [
    "my loraR runs/x",
    "use option model here",
    'a" learningRate "b',
    "learningRate",
    "loraR",
    "a $& loraR $1 b",
  ];
  for (const path of hostile) {
    assert.equal(
      shown(`model ${path}: no such folder`, "--model", path),
      `--model ${path}: no such folder`,
    );
    assert.equal(
      shown(`The folder ${path} is empty; lower learningRate x`, `--out=${path}`),
      path === "learningRate"
        ? `The folder ${path} is empty; lower learningRate x`
        : `The folder ${path} is empty; lower --learning-rate x`,
    );
  }
  const data = "jsonl:/my loraR runs/a.jsonl,held-out=2";
  assert.equal(
    shown("There is nothing at /my loraR runs/a.jsonl: see loraR", "--data", data),
    "There is nothing at /my loraR runs/a.jsonl: see --lora-r",
  );
});

Deno.test("optionsAsFlags() never changes an argument that a message quotes", () => {
  const piece = fc.constantFrom(...NAMES, "option", " ", "/", ":", '"', "'", "`", "x");
  const value = fc.array(piece, { minLength: 1, maxLength: 8 }).map((all) =>
    all.join("")
  );
  fc.assert(fc.property(value, (value) => {
    const after = shown(`The folder ${value} is empty`, value);
    assert.equal(after, `The folder ${value} is empty`);
  }));
});
