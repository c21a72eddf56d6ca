import assert from "node:assert/strict";
import { figuresOf } from "../../../stages/evaluate/figures.ts";
import { ownFigures } from "../../../stages/evaluate/own_figures.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";

const said = (content: string, truth: number, name = "clock") => ({
  answer: parseAnswer(`<answer>${content}</answer>`),
  question: { id: `q${truth}`, target: { kind: "own", name, truth } as const },
  ...{ reward: 0, tokenIds: [] },
});
const off = ({ content }: { content?: string }, truth: number) =>
  Math.abs(Number(content) - truth);
const right = (answer: { content?: string }, truth: number) =>
  Number(off(answer, truth) === 0);

Deno.test("ownFigures() means each figure over the questions of its kind", () => {
  const kinds = { clock: { rewards: { right }, figures: { off, right } } };
  assert.deepEqual(ownFigures([said("3", 3), said("5", 1)], kinds), {
    "clock/off": 2,
    "clock/right": 0.5,
  });
  // Without figures the rewards are the figures; those of another kind do not mix in.
  const two = { clock: { rewards: { right } }, scale: { rewards: { off } } };
  const answers = [said("3", 3), said("5", 1, "scale")];
  assert.deepEqual(ownFigures(answers, two), { "clock/right": 1, "scale/off": 4 });
  assert.equal(figuresOf(answers, undefined, true, two)["scale/off"], 4);
  assert.deepEqual(ownFigures([], kinds), {});
});

Deno.test("ownFigures() names a figure that is no number, and a kind that is not defined", () => {
  const kinds = { clock: { rewards: { right }, figures: { off } } };
  assert.throws(
    () => ownFigures([said("noon", 3)], kinds),
    /TypeError: Figure "clock\/off" of question q3 is not a finite number: it is NaN/,
  );
  assert.throws(() => ownFigures([said("3", 3)], {}), /No kind of target "clock"/);
});
