import assert from "node:assert/strict";
import fc from "fast-check";
import { heldOutPart, parsePart } from "../../../data/questions/held_out_part.ts";
import type { QuestionSource } from "../../../data/questions/question.ts";

/** Three questions about each picture. */
function source(pictures: number): QuestionSource {
  const size = 3 * pictures;
  return {
    name: "s",
    size,
    manifest: { of: "s" },
    question: (index) =>
      Promise.resolve({
        id: `q${index}`,
        imageId: `p${index % pictures}`,
        images: [],
        prompt: "",
        target: { kind: "classification", label: "cat" },
      }),
  };
}

async function questionsOf({ size, question }: QuestionSource) {
  return await Promise.all(Array.from({ length: size }, (_, i) => question(i)));
}

Deno.test("parsePart() takes the option out, wherever it stands", () => {
  assert.deepEqual(parsePart("coco:a.json,part=test"), {
    rest: "coco:a.json",
    part: "test",
  });
  assert.deepEqual(parsePart("coco:a.json,part=validation,shots=2"), {
    rest: "coco:a.json,shots=2",
    part: "validation",
  });
  assert.deepEqual(parsePart("coco:apart=test.json"), { rest: "coco:apart=test.json" });
  assert.throws(() => parsePart("a,part=train"), /validation or test, not "train"/);
  assert.throws(() => parsePart("a,part=test,part=test"), /given twice/);
});

Deno.test("the halves share no picture and leave none out", async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 2, max: 20 }), async (pictures) => {
    const whole = source(pictures);
    const validation = await questionsOf(await heldOutPart(whole, "validation"));
    const test = await questionsOf(await heldOutPart(whole, "test"));
    const ids = [...validation, ...test].map(({ id }) => id);
    assert.deepEqual(
      ids.toSorted(),
      (await questionsOf(whole)).map(({ id }) => id).toSorted(),
    );
    const seen = new Set(validation.map(({ imageId }) => imageId));
    assert.ok(test.every(({ imageId }) => !seen.has(imageId)));
    assert.equal(seen.size, Math.round(pictures / 2));
  }));
});

Deno.test("a half has a manifest and places of its own, and leaves bad pictures out", async () => {
  const whole = source(4);
  const bad = { ...whole, questionUnlessBad: () => Promise.resolve(undefined) };
  const validation = await heldOutPart(bad, "validation");
  const test = await heldOutPart(whole, "test");
  assert.notDeepEqual(validation.manifest, test.manifest);
  assert.equal(await validation.questionUnlessBad!(0), undefined);
  assert.equal(test.questionUnlessBad, undefined);
  await assert.rejects(test.question(6), /questions 0 to 5, not 6/);
});

Deno.test("a source that names its pictures is divided without a look at a question", async () => {
  const whole = source(4);
  const names = (index: number) => `p${index % 4}`;
  const unread = { ...whole, picture: names, question: () => assert.fail("was read") };
  for (const part of ["validation", "test"] as const) {
    const { manifest } = await heldOutPart(unread, part);
    assert.deepEqual(manifest, (await heldOutPart(whole, part)).manifest);
  }
});
