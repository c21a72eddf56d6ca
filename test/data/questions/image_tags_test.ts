import assert from "node:assert/strict";
import fc from "fast-check";
import { placeImages, textsBetween } from "../../../data/questions/image_tags.ts";

Deno.test("placeImages() takes off tags at the beginning, and leaves others in their place", () => {
  assert.equal(placeImages("<image>\nWhich?", 1), "Which?");
  assert.equal(placeImages(" <image> <image>\nWhich?", 2), "Which?");
  assert.equal(placeImages("Is <image> as <image>?", 2), "Is <image> as <image>?");
  assert.equal(placeImages("<image> or <image>?", 2), "<image> or <image>?");
  assert.equal(placeImages("Which?", 3), "Which?");
});

Deno.test("placeImages() refuses tags that do not fit the images", () => {
  assert.throws(() => placeImages("<image><image>?", 1), {
    name: "SyntaxError",
    message: /2 <image> tags, and there are 1 images/,
  });
  assert.throws(
    () => placeImages("<image>", 0),
    /1 <image> tags, and there are 0 images/,
  );
});

Deno.test("there is one text more than there are tags, and none is lost", () => {
  const text = fc.stringMatching(/^[a-z ]{0,5}$/);
  fc.assert(fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
    assert.deepEqual(textsBetween(texts.join("<image>")), texts);
  }));
});
