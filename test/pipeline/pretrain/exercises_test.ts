import assert from "node:assert/strict";
import { shortPrompt } from "../../../data/questions/prompt.ts";
import {
  classificationExercise,
  detectionExercise,
  groundingExercise,
  listExercise,
  presenceExercise,
} from "../../../pipeline/pretrain/exercises.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";

const prompts = {
  detection: (category: string) => shortPrompt({ kind: "detection", category }),
  classification: shortPrompt({ kind: "classification" }),
  grounding: (instruction: string) => shortPrompt({ kind: "grounding", instruction }),
};
const right = { name: "cat", box: { x1: 500, y1: 104, x2: 996, y2: 400 } };
const left = { name: "cat", box: { x1: 14, y1: 0, x2: 206, y2: 300 } };
const dog = { name: "dog", box: { x1: 300, y1: 500, x2: 402, y2: 600 } };
const objects = [right, left, dog];

Deno.test("a detection answer names what is seen and lists the boxes from left to right", () => {
  const { prompt, answer, coordinates } = detectionExercise(
    prompts,
    objects,
    "cat",
    () => 0.31,
  );
  assert.equal(prompt, "Detect all objects of category 'cat'");
  assert.equal(
    answer,
    "<think>cat, dog</think><answer>[{'Position': [10, 0, 210, 300], 'Confidence': 0.35}, " +
      "{'Position': [500, 100, 1000, 400], 'Confidence': 0.35}]</answer>",
  );
  assert.deepEqual(coordinates, [14, 0, 206, 300, 500, 104, 996, 400]);
  assert.equal(parseAnswer(answer).detections.length, 2);
  assert.ok(parseAnswer(answer).wellFormed);
});

Deno.test("an absent category is answered with 'No Objects'", () => {
  const { answer, coordinates } = detectionExercise(prompts, objects, "bus", () => 0);
  assert.equal(answer, "<think>cat, dog</think><answer>No Objects</answer>");
  assert.deepEqual(coordinates, []);
  assert.ok(parseAnswer(answer).noObjects);
});

Deno.test("the main object is the largest", () => {
  const { answer } = classificationExercise(prompts, [dog, right]);
  assert.equal(answer, "<think>dog, cat</think><answer>cat</answer>");
});

Deno.test("the list is the think part's", () => {
  assert.equal(
    listExercise(objects).answer,
    "<think>cat, dog</think><answer>cat, dog</answer>",
  );
});

Deno.test("a grounding answer is one region that the parser reads", () => {
  const { prompt, answer } = groundingExercise(
    prompts,
    objects,
    "the animal below the cat",
    dog.box,
  );
  assert.equal(prompt, "Find the animal below the cat");
  assert.equal(
    answer,
    "<think>cat, dog</think><answer>(300,500),(400,600)</answer>",
  );
  assert.deepEqual(parseAnswer(answer).detections.map(({ box }) => box), [
    { x1: 300, y1: 500, x2: 400, y2: 600 },
  ]);
});

Deno.test("a presence answer depends on the list alone", () => {
  const names = ["cat", "bus"];
  assert.ok(parseAnswer(presenceExercise(prompts, names, "dog").answer).noObjects);
  assert.equal(
    parseAnswer(presenceExercise(prompts, names, "bus").answer).detections.length,
    1,
  );
});
