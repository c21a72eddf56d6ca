import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { BASE_CATEGORIES, NOVEL_CATEGORIES } from "../../../data/emoji/categories.ts";
import { openEmoji } from "../../../data/emoji/source.ts";
import type { Question, QuestionSource } from "../../../data/questions/question.ts";

const given = { seed: 42, prompts: "short" } as const;

function allOf(source: QuestionSource): Promise<Question[]> {
  return Promise.all(Array.from({ length: source.size }, (_, i) => source.question(i)));
}

function pixels({ images }: Question): string {
  return createHash("sha256").update(images[0]!.data).digest("hex");
}

Deno.test("few-shot classification shows each category as often as it says", async () => {
  const spec = "emoji:classification,artist=openmoji,categories=20,shots=4";
  const { train, heldOut, describe } = await openEmoji(spec, given);
  assert.equal(train.size, 80);
  assert.equal(heldOut.size, 256);
  assert.match(
    describe,
    /classification on emoji by openmoji; 20 categories x 4 pictures/,
  );

  const counts = new Map<string, number>();
  for (const { prompt, target, images } of await allOf(train)) {
    assert.equal(prompt, "What is the main object?");
    assert.ok(target.kind === "classification");
    assert.equal(images.length, 1);
    counts.set(target.label, (counts.get(target.label) ?? 0) + 1);
  }
  assert.equal(counts.size, 20);
  assert.deepEqual(new Set(counts.values()), new Set([4]));
  const base = new Set(BASE_CATEGORIES.map(({ name }) => name));
  assert.ok([...counts.keys()].every((name) => base.has(name)));
});

Deno.test("few-shot detection adds absent questions to those that the shots count", async () => {
  for (const [absent, shots] of [[0, 3], [0.3, 8], [0.5, 5], [0.45, 7]] as const) {
    const { train } = await openEmoji(
      `emoji:detection,artist=openmoji,categories=10,shots=${shots},absent=${absent}`,
      given,
    );
    const present = new Map<string, number>();
    let none = 0;
    for (const { prompt, target } of await allOf(train)) {
      assert.ok(target.kind === "detection");
      assert.equal(prompt, `Detect all objects of category '${target.category}'`);
      if (target.boxes.length === 0) none++;
      else present.set(target.category, (present.get(target.category) ?? 0) + 1);
      for (const { x1, y1, x2, y2 } of target.boxes) {
        assert.ok(0 <= x1 && x1 < x2 && x2 <= 1000 && 0 <= y1 && y1 < y2 && y2 <= 1000);
      }
    }
    assert.equal(present.size, 10);
    assert.deepEqual(new Set(present.values()), new Set([shots]));
    assert.ok(Math.abs(none / train.size - absent) <= 1 / train.size, `${none}`);
  }
});

Deno.test("a single category may be absent too", async () => {
  const { train } = await openEmoji(
    "emoji:detection,categories=1,shots=4,absent=.5,held-out=1",
    given,
  );
  const boxes = (await allOf(train)).map(({ target }) =>
    target.kind === "detection" ? target.boxes.length : NaN
  );
  assert.equal(boxes.filter((n) => n === 0).length, 4);
  assert.equal(boxes.filter((n) => n > 0).length, 4);
});

Deno.test("grounding asks for one of two that the noun fits", async () => {
  const { heldOut } = await openEmoji(
    "emoji:grounding,artist=openmoji,held-out=64",
    given,
  );
  let byGroup = 0;
  for (const { prompt, target } of await allOf(heldOut)) {
    assert.match(prompt, /^Find the .+ (left of|right of|above|below) the .+$/);
    assert.ok(target.kind === "grounding" && target.box.x1 < target.box.x2);
    if (/^Find the (animal|vehicle|food|plant) /.test(prompt)) byGroup++;
  }
  assert.ok(byGroup > 8 && byGroup < 48, `${byGroup} of 64 by group`);
});

Deno.test("training and held-out questions share neither ids nor pictures", async () => {
  for (const task of ["classification", "detection", "grounding"]) {
    const spec = `emoji:${task},artist=openmoji,categories=5,size=100,held-out=100`;
    const { train, heldOut } = await openEmoji(spec, given);
    const questions = [...await allOf(train), ...await allOf(heldOut)];
    assert.equal(new Set(questions.map(({ id }) => id)).size, 200);
    assert.equal(new Set(questions.map(pixels)).size, 200, task);
  }
});

Deno.test("ids are stable and questions come in any order", async () => {
  const spec = "emoji:detection,artist=noto+openmoji,categories=novel,size=50";
  const [once, again] = [await openEmoji(spec, given), await openEmoji(spec, given)];
  assert.equal(once.train.name, "emoji/detection/noto+openmoji");
  const forwards = await allOf(once.train);
  assert.equal(forwards[7]!.id, "emoji/detection/noto+openmoji/7");
  assert.deepEqual(await again.train.question(49), forwards[49]);
  assert.deepEqual(await again.train.question(7), forwards[7]);
  assert.equal(
    (await once.heldOut.question(3)).id,
    "emoji/detection/noto+openmoji/held-out/3",
  );
});

Deno.test("the manifest is JSON, and its hash changes with whatever changes a question", async () => {
  const spec = "emoji:classification,artist=openmoji,categories=novel,shots=2";
  const { train, heldOut } = await openEmoji(spec, given);
  assert.deepEqual(JSON.parse(JSON.stringify(train.manifest)), {
    source: "emoji",
    task: "classification",
    split: "train",
    seed: 42,
    artists: ["openmoji"],
    categories: NOVEL_CATEGORIES.map(({ name }) => name),
    size: 30,
    sha256: train.manifest.sha256,
    spec,
    prompts: "short",
    shots: 2,
  });
  const hashes = [
    train.manifest.sha256,
    heldOut.manifest.sha256,
    (await openEmoji(spec, { ...given, seed: 43 })).train.manifest.sha256,
    (await openEmoji(spec, { ...given, prompts: "paper" })).train.manifest.sha256,
    (await openEmoji(spec.replace("openmoji", "noto"), given)).train.manifest.sha256,
  ];
  assert.equal(new Set(hashes).size, hashes.length);
  assert.equal((await openEmoji(spec, given)).train.manifest.sha256, hashes[0]);
  assert.match(String(hashes[0]), /^[0-9a-f]{64}$/);
});

Deno.test("seeds choose different categories", async () => {
  const chosen = async (seed: number) =>
    (await openEmoji("emoji:classification,categories=8,shots=1,held-out=1", {
      ...given,
      seed,
    })).train.manifest.categories;
  assert.notDeepEqual(await chosen(1), await chosen(2));
});

Deno.test("an index that is not a question is refused", async () => {
  const { train } = await openEmoji("emoji:classification,size=5,held-out=1", given);
  for (const index of [-1, 5, 0.5, NaN]) {
    await assert.rejects(train.question(index), /has questions 0 to 4, not /);
  }
});

Deno.test("grounding within one category is refused", async () => {
  await assert.rejects(
    openEmoji("emoji:grounding,categories=1", given),
    /Grounding needs at least two categories to relate, not 1/,
  );
});

Deno.test("a question's reasoning is the list of names that pre-training put before answers", async () => {
  const options = "artist=openmoji,categories=20,size=40,held-out=1";
  const [labels, boxes, regions] = await Promise.all(
    ["classification", "detection", "grounding"].map(async (task) => {
      const { train } = await openEmoji(`emoji:${task},${options}`, given);
      assert.equal(train.reasoned, 40);
      return await allOf(train);
    }),
  );
  for (const { target, reasoning } of labels!) {
    assert.equal(reasoning, target.kind === "classification" && target.label);
  }
  for (const { target, reasoning } of boxes!) {
    assert.ok(target.kind === "detection");
    const names = reasoning!.split(", ");
    assert.equal(names.includes(target.category), target.boxes.length > 0);
    assert.ok(names.length <= 3 && new Set(names).size === names.length);
  }
  let left = 0;
  for (const { prompt, reasoning } of regions!) {
    const [, relation, anchor] = /(left of|right of|above|below) the (.+)$/.exec(prompt)!;
    const names = reasoning!.split(", ");
    // The anchor is there once: what is left of it stands before it in the list.
    if (relation === "left of") left++;
    assert.ok(names.indexOf(anchor!) >= (relation === "left of" ? 1 : 0), prompt);
  }
  assert.ok(left > 4, `${left} of 40`);
});

Deno.test("manifests of emoji are as they were before questions had a reasoning", async () => {
  const spec = "emoji:classification,artist=openmoji,categories=20,shots=4";
  const { train, heldOut } = await openEmoji(spec, { ...given, seed: 0 });
  assert.equal(
    train.manifest.sha256,
    "8249a535c90fc98b2a2a3a7e3f1e891db0d47d9a5022969de6ed571857fcb527",
  );
  assert.equal(
    heldOut.manifest.sha256,
    "d9dcd312dbb99ecca2a6cd6ff9872ab0df24eafcaf0f0a722b79f4b851869475",
  );
  assert.ok(!("reasoned" in train.manifest));
});
