import assert from "node:assert/strict";
import { ofCategory } from "../../../../stages/reward/criteria/of_category.ts";

const box = { x1: 0, y1: 0, x2: 9, y2: 9 };

Deno.test("ofCategory() leaves out boxes that are labelled as something else", () => {
  const stated = [{ box, label: "Hot_Dog" }, { box, label: "hot dogs" }, { box }];
  assert.deepEqual(ofCategory(stated, { category: "hot dog" }), [stated[0], stated[2]]);
  assert.deepEqual(ofCategory(stated, { category: "cat" }), [stated[2]]);
});

Deno.test("ofCategory() keeps all boxes if the question names no category", () => {
  const stated = [{ box, label: "cat" }, { box }];
  assert.deepEqual(ofCategory(stated, { category: "object" }), stated);
});
