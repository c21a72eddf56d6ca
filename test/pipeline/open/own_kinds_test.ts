import assert from "node:assert/strict";
import type { Question, QuestionSource } from "../../../data/questions/question.ts";
import { withOwnKinds } from "../../../pipeline/open/own_kinds.ts";

const targets = [
  { kind: "own", name: "clock", truth: 90 },
  { kind: "number", value: 3 },
] as const;

/** A class: its members are not the object's own. */
class Clocks implements QuestionSource {
  readonly name = "clocks";
  readonly manifest = {};
  get size() {
    return targets.length;
  }
  question(index: number): Promise<Question> {
    const target = targets[index]!;
    return Promise.resolve({ id: String(index), images: [], prompt: "", target });
  }
}
const clock = { rewards: { any: () => 1 }, title: (minutes: number) => `${minutes}'` };

Deno.test("withOwnKinds() describes targets of the caller's kinds, and leaves others", async () => {
  const source = withOwnKinds(new Clocks(), { clock });
  assert.equal(source.size, 2);
  const [first, second] = await Promise.all([source.question(0), source.question(1)]);
  assert.deepEqual(first.target, { ...targets[0], title: "90'" });
  assert.deepEqual(second.target, targets[1]);
});

Deno.test("withOwnKinds() refuses a kind that a source names and nobody defines", () => {
  const plain = new Clocks();
  assert.equal(withOwnKinds(plain, {}), plain);
  const named = { ...plain, size: 2, question: plain.question, ownKinds: ["clock"] };
  assert.throws(() => withOwnKinds(named, {}), /No kind of target "clock" is defined/);
  assert.deepEqual(withOwnKinds(named, { clock }).ownKinds, ["clock"]);
});
