import assert from "node:assert/strict";
import { paperPrompt } from "../../../data/questions/prompt.ts";
import { namedCategory } from "../../../stages/parse/named_category.ts";

Deno.test("namedCategory() reads the category in the paper's words and in others", () => {
  const cases: [string, string | undefined][] = [
    [paperPrompt({ kind: "detection", category: "men's shoe" }), "men's shoe"],
    ["Find things of category 'cat'.", "cat"],
    ['Find things of category "hot dog", all of them', "hot dog"],
    [
      "Detect all objects belonging to the category human foot in the image, and",
      "human foot",
    ],
    ["objects belonging to the category Pole in the image", "Pole"],
    ["Which category is it?", undefined],
    ["Identify the category of the object based on the image.", undefined],
    ["Where is the cup?", undefined],
  ];
  for (const [problem, category] of cases) {
    assert.equal(namedCategory(problem), category, problem);
  }
});
