import assert from "node:assert/strict";
import fc from "fast-check";
import { type FewShot, fewShot, readFewShot } from "../../../data/questions/few_shot.ts";
import type {
  Question,
  QuestionSource,
  Target,
} from "../../../data/questions/question.ts";

const BOX = { x1: 0, y1: 0, x2: 10, y2: 10 };
const label = (label: string): Target => ({ kind: "classification", label });
const shows = (category: string): Target => ({
  kind: "detection",
  category,
  boxes: [BOX],
});
const lacks = (category: string): Target => ({ kind: "detection", category, boxes: [] });

function sourceOf(targets: readonly (readonly [id: string, Target])[]): QuestionSource {
  return {
    name: "made",
    size: targets.length,
    manifest: { source: "made", size: targets.length },
    question: (index): Promise<Question> => {
      const [id, target] = targets[index]!;
      return Promise.resolve({ id, images: [], prompt: "?", target });
    },
  };
}

async function idsOf(source: QuestionSource): Promise<string[]> {
  const all = Array.from({ length: source.size }, (_, i) => source.question(i));
  return (await Promise.all(all)).map(({ id }) => id);
}

const NAMES = ["cat", "7", "constructor", "__proto__", "a dog"];
/** Categories with more questions than shots, the questions shuffled, some excluded. */
const pool = fc.record({
  shots: fc.integer({ min: 1, max: 3 }),
  categories: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
  more: fc.nat(4),
  seed: fc.integer(),
}).chain(({ shots, categories, more, seed }) => {
  const of = categories.flatMap((category, c) =>
    Array.from(
      { length: 2 * shots + more },
      (_, i): [string, Target] => [`q${c}-${i}`, shows(category)],
    ).concat([[`absent${c}`, lacks(category)]])
  );
  return fc.record({
    shots: fc.constant(shots),
    categories: fc.constant(categories),
    seed: fc.constant(seed),
    targets: fc.constant(of),
    shuffled: fc.shuffledSubarray(of, { minLength: of.length }),
    // As many of each category as leaves enough.
    exclude: fc.constant(of.flatMap(([id]) => /-[0-9]$/.test(id) ? [id] : []))
      .map((ids) => ids.filter((id) => Number(id.split("-")[1]) < shots)),
  });
});

Deno.test("fewShot() takes K of each category, none of them absent or excluded", async () => {
  await fc.assert(
    fc.asyncProperty(pool, async ({ targets, shots, seed, categories, exclude }) => {
      const few = await fewShot(sourceOf(targets), { shots, seed, exclude });
      const ids = await idsOf(few);
      assert.equal(new Set(ids).size, categories.length * shots);
      assert.equal(few.size, categories.length * shots);
      assert.ok(ids.every((id) => !exclude.includes(id) && !id.startsWith("absent")));
      const known = new Map(targets);
      for (const category of categories) {
        const own = few.manifest.ids[category]!;
        assert.equal(own.length, shots);
        for (const id of own) assert.deepEqual(known.get(id), shows(category));
      }
    }),
  );
});

Deno.test("fewShot() does not mind the order of the source, and its seed is all its chance", async () => {
  await fc.assert(
    fc.asyncProperty(pool, async ({ targets, shuffled, shots, seed, exclude }) => {
      const options = { shots, seed, exclude };
      const once = await fewShot(sourceOf(targets), options);
      const again = await fewShot(sourceOf(shuffled), options);
      assert.deepEqual(again.manifest, once.manifest);
      assert.deepEqual(await idsOf(again), await idsOf(once));
    }),
  );
});

Deno.test("a manifest that went through JSON gives the same subset", async () => {
  await fc.assert(
    fc.asyncProperty(pool, async ({ targets, shots, seed }) => {
      const source = sourceOf(targets);
      const few = await fewShot(source, { shots, seed });
      const read = await readFewShot(source, JSON.parse(JSON.stringify(few.manifest)));
      assert.deepEqual(await idsOf(read), await idsOf(few));
      assert.deepEqual(read.manifest, few.manifest);
    }),
  );
});

const labels = sourceOf(
  ["a", "b"].flatMap((name) =>
    Array.from(
      { length: 20 },
      (_, i): [string, Target] => [`${name}${i}`, label(name)],
    )
  ),
);

Deno.test("seeds choose differently, and every question can be chosen", async () => {
  const chosen = new Set<string>();
  const manifests = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const few = await fewShot(labels, { shots: 4, seed });
    for (const id of await idsOf(few)) chosen.add(id);
    manifests.add(JSON.stringify(few.manifest.ids));
  }
  // One id is missed by 40 draws of 4 in 20 with a chance of 0.8^40, 1e-4; seeds are fixed.
  assert.equal(chosen.size, 40);
  assert.equal(manifests.size, 40);
});

Deno.test("fewShot() names the category that has too few, and what has no category", async () => {
  await assert.rejects(fewShot(labels, { shots: 21, seed: 0 }), {
    name: "RangeError",
    message: /made has 20 questions of "a" to choose 21 from: ask for fewer shots/,
  });
  await assert.rejects(
    fewShot(sourceOf([["g", { kind: "grounding", box: BOX }]]), { shots: 1, seed: 0 }),
    /Question g is grounding and has no category/,
  );
  const twice = sourceOf([["q", label("a")], ["q", label("a")]]);
  await assert.rejects(
    fewShot(twice, { shots: 1, seed: 0 }),
    /two questions with the id/,
  );
  for (const shots of [0, -1, 1.5, NaN]) {
    await assert.rejects(fewShot(labels, { shots, seed: 0 }), RangeError);
  }
  const none = fewShot(sourceOf([["q", lacks("a")]]), { shots: 1, seed: 0 });
  await assert.rejects(none, /leaves no question/);
});

Deno.test("readFewShot() refuses a manifest that does not fit", async () => {
  const { manifest } = await fewShot(labels, { shots: 2, seed: 3 });
  const read = (change: object, source = labels) =>
    readFewShot(source, { ...structuredClone(manifest), ...change });
  await read({});
  const swapped = { ...manifest.ids, a: manifest.ids["b"]! };
  await assert.rejects(read({ ids: swapped }), /was changed: its sha256 says/);
  await assert.rejects(read({ seed: 4 }), /was changed/);
  await assert.rejects(read({ sha256: "0" }), /was changed/);
  await assert.rejects(
    read({}, { ...labels, manifest: { ...labels.manifest, size: 41 } }),
    /made from another source than made: size differ/,
  );
  await assert.rejects(
    read({}, { ...sourceOf([["z", label("a")]]), manifest: labels.manifest }),
    /no question "a\d+" of "a"/,
  );
  for (
    const [key, value] of Object.entries({
      source: [],
      shots: "2",
      seed: 0.5,
      ids: { a: [1] },
      sha256: 7,
    })
  ) {
    await assert.rejects(read({ [key]: value }), {
      name: "TypeError",
      message: new RegExp(`manifest's ${key}`),
    });
  }
  await assert.rejects(readFewShot(labels, null), TypeError);
});

Deno.test("fewShot() reads outlines where it is given them, and no pictures", async () => {
  let asked = 0;
  const source: QuestionSource = {
    ...labels,
    question: (index) => {
      asked++;
      return labels.question(index);
    },
  };
  const few: FewShot = await fewShot(source, {
    shots: 1,
    seed: 0,
    outline: (index) => labels.question(index),
  });
  assert.equal(asked, 0);
  await few.question(1);
  assert.equal(asked, 1);
  await assert.rejects(few.question(2), /has questions 0 to 1, not 2/);
});

Deno.test("fewShot() counts the reasoning texts of the questions that it chose", async () => {
  const thoughtful: QuestionSource = {
    ...labels,
    question: async (index) => {
      const question = await labels.question(index);
      return question.id.startsWith("a")
        ? { ...question, reasoning: "It is." }
        : question;
    },
  };
  const few = await fewShot(thoughtful, { shots: 2, seed: 3 });
  assert.equal(few.reasoned, 2); // of two labels, a and b
  assert.equal((await readFewShot(thoughtful, few.manifest)).reasoned, 2);
  const plain = await fewShot(labels, { shots: 2, seed: 3 });
  assert.equal(plain.reasoned, 0);
  assert.deepEqual(plain.manifest, few.manifest);
});

Deno.test("fewShot() counts kinds of the caller's own by their category, and refuses kinds without", async () => {
  const source = (targets: readonly Target[]): QuestionSource => ({
    ...{ name: "any", size: targets.length, manifest: {}, ownKinds: ["clock"] },
    question: (index) =>
      Promise.resolve({
        ...{ id: String(index), images: [], prompt: "" },
        target: targets[index]!,
      }),
  });
  const clock = { kind: "own", name: "clock", truth: 3 } as const;
  const day = ["morning", "evening", "morning"];
  const few = await fewShot(source(day.map((category) => ({ ...clock, category }))), {
    ...{ shots: 1, seed: 0 },
  });
  assert.deepEqual(Object.keys(few.manifest.ids), ["evening", "morning"]);
  assert.deepEqual(few.ownKinds, ["clock"]);
  await assert.rejects(
    fewShot(source([clock]), { shots: 1, seed: 0 }),
    /Question 0 is of the kind "clock" and has no category .*function category/,
  );
  await assert.rejects(
    fewShot(source([{ kind: "number", value: 3 }]), { shots: 1, seed: 0 }),
    /Question 0 is number and has no category/,
  );
});
