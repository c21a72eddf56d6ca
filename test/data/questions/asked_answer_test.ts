import assert from "node:assert/strict";
import { withAskedAnswer } from "../../../data/questions/asked_answer.ts";
import { openData } from "../../../pipeline/open/open_data.ts";

const target = { kind: "detection", category: "cup", boxes: [] } as const;
const question = { id: "1", images: [], target };

Deno.test("a question of boxes has the frame that its words name", () => {
  const asked = (prompt: string) => withAskedAnswer({ ...question, prompt }).frame;
  assert.equal(asked("Find boxes (between 0 and 1000)."), "per mille");
  assert.equal(asked("Find boxes in pixel coordinates."), "pixels");
  assert.equal(asked("Find boxes."), undefined);
  assert.throws(() => asked("Find boxes in pixels, between 0 and 1000."), {
    name: "SyntaxError",
    message: /in per mille and in pixels/,
  });
});

Deno.test("a question of labels has neither frame nor form", () => {
  const label = { kind: "classification", label: "cat" } as const;
  const prompt = "What is 0-1000 in pixels? [{'Position': [x1, y1, x2, y2]}]";
  const asked = { ...question, target: label, prompt };
  assert.deepEqual(withAskedAnswer(asked), asked);
});

Deno.test("questions in another frame than the model's are counted in the manifest", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const line = (problem: string, box: string) =>
      JSON.stringify({ image: "1.png", problem, solution: `<answer>${box}</answer>` });
    const problem = "Detect the category 'cup' in the image (boxes between 0 and 1000).";
    const position = "[{'Position': [1, 2, 30, 40]}]";
    await Deno.writeTextFile(
      `${folder}/a.jsonl`,
      [line(problem, position), line("the category 'cup' in the image", position)]
        .join("\n"),
    );
    const open = (prompts: "paper" | "qwen2_5_vl") =>
      openData(`${folder}/a.jsonl,held-out=1`, { seed: 0, prompts });
    assert.equal((await open("paper")).train.manifest.askedFrame, undefined);
    const other = await open("qwen2_5_vl");
    assert.deepEqual(other.train.manifest.askedFrame, { "per mille": 1 });
    assert.match(other.notes!.join(), /1 question.* per mille/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
