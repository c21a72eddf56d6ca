import assert from "node:assert/strict";
import type {
  Question,
  QuestionSource,
  Target,
} from "../../../data/questions/question.ts";
import { askPresence } from "../../../stages/evaluate/ask_presence.ts";
import { evaluate, type EvaluateOptions } from "../../../stages/evaluate/evaluate.ts";
import { PROTOCOLS, treatment } from "../../../stages/evaluate/protocol.ts";
import type { Policy } from "../../../stages/policy/policy.ts";
import type { Completion } from "../../../stages/records.ts";

const BOX = { x1: 0, y1: 0, x2: 100, y2: 100 };
const detection = (category: string, there: boolean): Target => ({
  kind: "detection",
  category,
  boxes: there ? [BOX] : [],
});

/** Two pictures, each asked about cats and dogs; the second has neither. */
const pets: readonly Question[] = [
  ["q0", "one", detection("cat", true)],
  ["q1", "one", detection("dog", true)],
  ["q2", "two", detection("cat", false)],
  ["q3", "two", detection("dog", false)],
].map(([id, imageId, target]) => ({
  id: id as string,
  imageId: imageId as string,
  images: [],
  prompt: "Where?",
  target: target as Target,
}));

function sourceOf(questions: readonly Question[]): QuestionSource {
  return {
    name: "pets",
    size: questions.length,
    manifest: {},
    question: (index) => Promise.resolve(questions[index]!),
  };
}

/** Says yes to cats and no to dogs, and draws the right box wherever it is asked to. */
function policy(): Pick<Policy, "sample"> & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    sample(questions, { numGenerations, step }) {
      assert.equal(numGenerations, 1);
      return Promise.resolve(questions.map((question): Completion[] => {
        asked.push(question.id);
        const isYes = question.prompt.includes("'cat'") ? "Yes" : "No";
        const content = question.prompt === "Where?"
          ? "[{'Position': [0, 0, 100, 100], 'Confidence': 0.9}]"
          : isYes;
        return [{
          id: `${step}/${question.id}/0`,
          step,
          question,
          index: 0,
          text: `<think></think><answer>${content}</answer>`,
          tokenIds: [1, 2],
          logProbs: [0, 0],
          finish: "stop",
          policyVersion: 0,
        }];
      }));
    },
  };
}

const options: EvaluateOptions = {
  samples: 10,
  temperature: 0,
  topK: 0,
  topP: 1,
  maxCompletionLength: 8,
  rolloutBatchSize: 3,
  seed: 0,
  profile: "hardened",
  prompts: "paper",
};

Deno.test("the protocol all asks every question", async () => {
  const asked = policy();
  const figures = await evaluate(asked, sourceOf(pets), options);
  assert.deepEqual(asked.asked, ["q0", "q1", "q2", "q3"]);
  assert.equal(figures.questions, 4);
  // Each category: one hit and one false alarm of equal score, the hit's picture first.
  assert.equal(figures.map, 1);
  assert.equal(figures.absent_right, 0);
  assert.ok(!("not_asked" in figures));
});

Deno.test("the protocol truth asks where there is something to find", async () => {
  const asked = policy();
  const figures = await evaluate(asked, sourceOf(pets), {
    ...options,
    protocol: "truth",
  });
  assert.deepEqual(asked.asked, ["q0", "q1"]);
  assert.equal(figures.questions, 2);
  assert.equal(figures.map, 1);
  assert.ok(!("absent_right" in figures) && !("not_asked" in figures));
});

Deno.test("the protocol exist-map asks what is there first, and misses what it kept back", async () => {
  const asked = policy();
  const exist = { ...options, protocol: "exist-map" } as const;
  const figures = await evaluate(asked, sourceOf(pets), exist);
  assert.deepEqual(asked.asked, [
    ...["q0/present", "q1/present", "q2/present", "q3/present"],
    ...["q0", "q2"],
  ]);
  assert.equal(figures.questions, 2);
  assert.equal(figures.not_asked, 2);
  assert.equal(figures.presence_precision, 0.5); // cats: in one picture of two
  assert.equal(figures.presence_recall, 0.5); // the dog was not seen
  assert.equal(figures.map, 0.5); // cat 1, dog 0
  assert.equal(figures.mean_iou, 0.5);
  assert.equal(figures.absent_right, 0.5); // the second picture's dog; its cat got a box
  assert.equal(figures.mean_length, 2);
});

Deno.test("the protocol exist-map goes by the map that it is given", async () => {
  const asked = policy();
  const present = new Map([["one", new Set(["dog"])], ["two", new Set<string>()]]);
  const exist = { ...options, protocol: "exist-map", present } as const;
  const figures = await evaluate(asked, sourceOf(pets), exist);
  assert.deepEqual(asked.asked, ["q1"]);
  assert.equal(figures.presence_precision, 1);
  assert.equal(figures.absent_right, 1);
  const partial = { ...exist, present: new Map([["one", new Set(["dog"])]]) };
  await assert.rejects(evaluate(asked, sourceOf(pets), partial), {
    name: "RangeError",
    message: /exist map says nothing about the image two: make it again/,
  });
});

Deno.test("askPresence() names every picture, and the categories seen in it", async () => {
  const present = await askPresence(policy(), sourceOf(pets), {
    ...options,
    prompts: "paper",
  });
  assert.deepEqual(
    [...present].map(([image, names]) => [image, [...names]]),
    [["one", ["cat"]], ["two", ["cat"]]],
  );
  const first = await askPresence(policy(), sourceOf(pets), {
    ...options,
    samples: 2,
    prompts: "paper",
  });
  assert.deepEqual([...first.keys()], ["one"]);
});

Deno.test("no protocol but all asks for anything else than detection", () => {
  const question = { id: "q", target: { kind: "classification", label: "cat" } } as const;
  for (const protocol of PROTOCOLS) {
    if (protocol === "all") assert.equal(treatment(question, protocol), "ask");
    else {
      assert.throws(() => treatment(question, protocol), {
        name: "RangeError",
        message: new RegExp(
          `protocol ${protocol} is for detection: question q is class`,
        ),
      });
    }
  }
});
