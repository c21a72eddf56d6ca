import assert from "node:assert/strict";
import { pixelsToFrame } from "../../../data/geometry/box.ts";
import { ARTISTS } from "../../../data/emoji/artists.ts";
import { CATEGORIES } from "../../../data/emoji/categories.ts";
import { references } from "../../../data/emoji/references.ts";
import { scene, type SceneObject } from "../../../data/emoji/scene.ts";
import { loadSprites } from "../../../data/emoji/sprites.ts";

/** An object of 20 x 20 pixels around a centre. */
function at(category: string, x: number, y: number): SceneObject {
  const box = { x1: x - 10, y1: y - 10, x2: x + 10, y2: y + 10 };
  return { category, artist: "noto", box };
}

function sentences(...objects: SceneObject[]): string[] {
  return references({ objects }).map(({ sentence }) => sentence).sort();
}

Deno.test("two things name one another, by category and by group", () => {
  assert.deepEqual(sentences(at("cat", 20, 50), at("car", 70, 50)), [
    "the animal left of the car",
    "the car right of the cat",
    "the cat left of the car",
    "the vehicle right of the cat",
  ]);
});

Deno.test("a twin on the other side makes the relation tell, and is no anchor", () => {
  const found = references({
    objects: [at("cat", 15, 48), at("car", 48, 48), at("cat", 80, 48)],
  });
  const left = found.find(({ sentence }) => sentence === "the cat left of the car")!;
  assert.equal(left.candidates, 2);
  // Pixels 5 to 25 of 96, and 38 to 58: times 1000 / 96.
  assert.deepEqual(left.box, pixelsToFrame(at("cat", 15, 48).box, 96, 96));
  assert.ok(found.every(({ sentence }) => !sentence.endsWith("the cat")));
});

Deno.test("two things that fit are one too many", () => {
  const found = sentences(at("cat", 15, 20), at("dog", 20, 60), at("car", 80, 40));
  assert.ok(found.includes("the cat left of the car"));
  assert.ok(!found.includes("the animal left of the car"));
});

Deno.test("a rival that lies to that side by a pixel spoils the sentence", () => {
  const found = (x: number) =>
    sentences(at("cat", 15, 48), at("car", 48, 48), at("cat", x, 80));
  assert.ok(found(48).includes("the cat left of the car"));
  assert.ok(!found(47).includes("the cat left of the car"));
});

Deno.test("a relation needs 12 pixels and the larger of the two distances", () => {
  assert.deepEqual(sentences(at("cat", 40, 40), at("car", 51, 51)), []);
  assert.ok(
    sentences(at("cat", 40, 40), at("car", 52, 50)).includes("the cat left of the car"),
  );
  const steep = sentences(at("cat", 40, 20), at("car", 55, 60));
  assert.ok(steep.includes("the cat above the car"));
  assert.ok(!steep.includes("the cat left of the car"));
});

Deno.test("nothing is called an object", () => {
  assert.deepEqual(sentences(at("clock", 20, 20), at("camera", 20, 70)), [
    "the camera below the clock",
    "the clock above the camera",
  ]);
});

Deno.test("of all objects that a noun fits, only the meant one lies on the stated side", async () => {
  const sprites = await loadSprites();
  const groups = new Map(CATEGORIES.map(({ name, group }) => [name, group as string]));
  const categories = ["cat", "dog", "pig", "car", "bus", "tree", "palm tree", "key"];
  let seen = 0;
  for (let index = 0; index < 400; index++) {
    const { objects } = scene(sprites, 5, index, { artists: ARTISTS, categories });
    for (const { sentence, box, candidates } of references({ objects })) {
      seen++;
      const [, noun, relation, name] =
        /^the (.+) (left of|right of|above|below) the (.+)$/.exec(sentence)!;
      const anchors = objects.filter(({ category }) => category === name);
      assert.equal(anchors.length, 1, sentence);
      const fitting = objects.filter((object) =>
        object !== anchors[0] &&
        (object.category === noun || groups.get(object.category) === noun)
      );
      assert.equal(fitting.length, candidates, sentence);
      const [a] = anchors;
      const onSide = fitting.filter(({ box: b }) => {
        const dx = b.x1 + b.x2 - a!.box.x1 - a!.box.x2;
        const dy = b.y1 + b.y2 - a!.box.y1 - a!.box.y2;
        return { "left of": dx < 0, "right of": dx > 0, above: dy < 0, below: dy > 0 }[
          relation!
        ];
      });
      assert.deepEqual(onSide.map((o) => pixelsToFrame(o.box, 96, 96)), [box], sentence);
    }
  }
  assert.ok(seen > 400, `${seen} sentences`);
});
