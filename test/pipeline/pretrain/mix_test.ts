import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../../data/random.ts";
import { presenceExercises, sceneExercises } from "../../../pipeline/pretrain/mix.ts";

const base = Array.from({ length: 65 }, (_, i) => `base${i}`);
const novel = Array.from({ length: 15 }, (_, i) => `novel${i}`);
const names = { base, all: [...base, ...novel] };
const prompts = {
  detection: (category: string) => `detect ${category}`,
  classification: "main",
  grounding: (sentence: string) => `find ${sentence}`,
};
const box = { x1: 0, y1: 0, x2: 100, y2: 100 };
const scene = fc.record({
  objects: fc.array(
    fc.record({ name: fc.constantFrom(...names.all), box: fc.constant(box) }),
    { minLength: 1, maxLength: 3 },
  ),
  seed: fc.nat(),
});

Deno.test("detection on pictures asks for base names alone, and truthfully", () => {
  fc.assert(fc.property(scene, ({ objects, seed }) => {
    for (
      const { prompt, answer } of sceneExercises(
        prompts,
        objects,
        [],
        names,
        stream(seed),
      )
    ) {
      if (!prompt.startsWith("detect ")) continue;
      const asked = prompt.slice("detect ".length);
      assert.ok(base.includes(asked));
      const there = objects.some(({ name }) => name === asked);
      assert.equal(answer.includes("No Objects"), !there);
    }
  }));
});

Deno.test("a scene without base names gets naming questions alone", () => {
  const questions = sceneExercises(
    prompts,
    [{ name: "novel3", box }],
    [],
    names,
    stream(1),
  );
  assert.deepEqual(questions.map(({ prompt }) => prompt), ["main", "List the objects."]);
});

Deno.test("40 to 50 % of the detection questions are on absent names", () => {
  const next = stream(4);
  let asked = 0, absent = 0;
  for (let i = 0; i < 2000; i++) {
    const count = 1 + Math.floor(next() * 3);
    const objects = Array.from({ length: count }, () => ({
      name: names.all[Math.floor(next() * 80)]!,
      box,
    }));
    for (
      const { prompt, answer } of sceneExercises(prompts, objects, [], names, next)
    ) {
      if (!prompt.startsWith("detect ")) continue;
      asked++;
      if (answer.includes("No Objects")) absent++;
    }
  }
  assert.ok(absent / asked > 0.4 && absent / asked < 0.5, `${absent / asked}`);
});

Deno.test("half of the presence questions are absent, and novel names are asked in both", () => {
  const exercises = presenceExercises(prompts, names, 400, stream(2));
  const absent = exercises.filter(({ answer }) => answer.includes("No Objects"));
  assert.equal(absent.length, 200);
  const novelAsked = (list: typeof exercises) =>
    list.some(({ prompt }) => prompt.startsWith("detect novel"));
  assert.ok(novelAsked(absent));
  assert.ok(novelAsked(exercises.filter((exercise) => !absent.includes(exercise))));
});
