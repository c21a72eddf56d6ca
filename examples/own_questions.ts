/**
 * Trains on questions of one's own: here squares of one colour, drawn as they are asked for.
 *
 *     deno run -A examples/own_questions.ts     # 5 steps
 *
 * A source has a size, and a question for each index; the same index always gives the same one:
 *
 *     What colour is the square? red
 *     step 1 reward 0.969
 */
import { type Question, type QuestionSource, train } from "../mod.ts";

const COLOURS = { red: [220, 30, 30], green: [30, 180, 60], blue: [40, 60, 220] };
const SIDE = 56; // pixels

function squares(name: string, size: number): QuestionSource {
  return {
    name,
    size,
    manifest: { squares: name, size },
    question: (index) => Promise.resolve(square(`${name}/${index}`, index)),
  };
}

function square(id: string, index: number): Question {
  const [label, rgb] = Object.entries(COLOURS)[index % 3]!;
  const data = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => rgb[i % 3]!);
  return {
    id,
    images: [{ width: SIDE, height: SIDE, data }],
    prompt: "What colour is the square?",
    target: { kind: "classification", label },
  };
}

const sets = {
  train: squares("train", 300),
  heldOut: squares("held-out", 12),
  describe: "squares of one colour",
};
const { prompt, target } = await sets.train.question(0);
console.log(prompt, target.kind === "classification" ? target.label : "");

const steps = Number(Deno.args[0] ?? 5);
train({ steps, evalSamples: 6, data: "squares" }, {
  openData: () => Promise.resolve(sets),
}).subscribe((record) => {
  if (record.type === "step") {
    console.log("step", record.step, "reward", Number(record.reward).toFixed(3));
  }
});
