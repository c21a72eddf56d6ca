import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseCategories } from "../../../data/questions/category_sets.ts";
import {
  joinNames,
  quotedName,
  splitNames,
} from "../../../data/questions/quoted_names.ts";
import { joinSpec, splitSpec } from "../../../data/questions/spec.ts";

Deno.test("names in double quotes may hold +, commas and doubled quotes", () => {
  const cases: [string, string[]][] = [
    ["dog+cat", ["dog", "cat"]],
    ['"salt, pepper"+cup', ["salt, pepper", "cup"]],
    ['cup+"a+b"', ["cup", "a+b"]],
    ['"say ""hi"""', ['say "hi"']],
    ['""', [""]],
    ["", [""]],
    ["a+", ["a", ""]],
    ['12" pan', ['12" pan']], // a quote inside a name is a letter
    ['"open', ['"open']], // and so is one that is not closed
    ['"a"b+c', ['"a"b', "c"]],
    ['"a",b+c', ['"a",b', "c"]],
  ];
  for (const [text, names] of cases) assert.deepEqual(splitNames(text), names, text);
});

Deno.test("names are quoted only if they need it", () => {
  assert.equal(quotedName("hot dog"), "hot dog");
  assert.equal(quotedName("a=b"), "a=b");
  assert.equal(quotedName("salt, pepper"), '"salt, pepper"');
  assert.equal(quotedName('12" pan'), '"12"" pan"');
});

const names = fc.array(
  fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[a+,="\\ ]+$/)),
  { minLength: 1, maxLength: 5 },
);

Deno.test("joinNames() is the opposite of splitNames(), also inside a specification", () => {
  fc.assert(
    fc.property(names, fc.constantFrom("a.json", "a, b.json", 'a"b'), (all, head) => {
      assert.deepEqual(splitNames(joinNames(all)), all);
      const options = [["categories", joinNames(all)], ["shots", "4"]] as const;
      const spec = joinSpec({ head, options });
      assert.deepEqual(splitSpec(spec), { head, options });
    }),
  );
});

Deno.test("every category can be chosen by its written name", () => {
  fc.assert(fc.property(names, (all) => {
    const known = [...new Set(all)];
    assert.deepEqual(chooseCategories(joinNames(known), known), known);
    for (const one of known) {
      assert.deepEqual(chooseCategories(quotedName(one), known), [one]);
    }
  }));
});

Deno.test("a name that lacks its quotes is refused with the quotes", () => {
  assert.throws(() => chooseCategories("salt+pepper", ["salt+pepper", "cup"]), {
    name: "RangeError",
    message: 'there is no category "salt"; write "salt+pepper" in double quotes, ' +
      'as it has a "+", comma or quote',
  });
  assert.throws(() => chooseCategories('"salt, peper"', ["salt, pepper", "cup"]), {
    message: 'there is no category "salt, peper"; did you mean "salt, pepper"?',
  });
});
