/**
 * Trains on questions of your own: here squares of one colour, drawn as they are asked for.
 *
 *     deno run -A examples/own_questions.ts     # 5 steps
 *
 * A source has a size, and a question for each index; the same index always gives the same one.
 * The embedded model has no word for a colour, but soon learns the form of an answer again:
 *
 *     What is the main object? red
 *     step 1 reward 0.063
 *     step 2 reward 0.203
 *     step 3 reward 0.500
 *     …
 */
import { type Question, type QuestionSource, train } from "../mod.ts";

const COLOURS = { red: [220, 30, 30], green: [30, 180, 60], blue: [40, 60, 220] };
const SIDE = 56, PROMPT = "What is the main object?"; // a prompt that the model knows

function squares(name: string, size: number): QuestionSource {
  return {
    ...{ name, size, manifest: { squares: name, size } },
    question: (index) => Promise.resolve(square(`${name}/${index}`, index)),
  };
}

function square(id: string, index: number): Question {
  const [label, rgb] = Object.entries(COLOURS)[index % 3]!;
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => rgb[i % 3]!);
  return {
    id,
    ...{ images: [{ width: SIDE, height: SIDE, data }], prompt: PROMPT },
    target: { kind: "classification", label },
  };
}

const sets = {
  train: squares("train", 300),
  heldOut: squares("held-out", 12),
  describe: "squares of one colour",
};
console.log(PROMPT, Object.keys(COLOURS)[0]);
const steps = Number(Deno.args[0] ?? 5);
train({ steps, evalSamples: 6, data: "squares" }, {
  openData: () => Promise.resolve(sets),
}).subscribe((record) => {
  if (record.type !== "step") return;
  console.log("step", record.step, "reward", Number(record.reward).toFixed(3));
});
