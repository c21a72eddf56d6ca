import assert from "node:assert/strict";
import fc from "fast-check";
import { checkRewardName } from "../../../../stages/reward/judge/reward_name.ts";

Deno.test("checkRewardName() takes identifiers, words and other letters", () => {
  for (
    const name of ["a", "brief", "$x_1", "two words", "my-reward.v2", "größe", "長さ"]
  ) {
    checkRewardName(name);
  }
});

Deno.test("checkRewardName() names the name that it refuses, and why", () => {
  const cases: [string, RegExp][] = [
    ["", /cannot be called "": it is empty; rename it/],
    ["constructor", /"constructor": every object in JavaScript has/],
    ["__proto__", /"__proto__": every object/],
    ["toString", /"toString": every object/],
    ["hasOwnProperty", /"hasOwnProperty": every object/],
    ["prototype", /"prototype": every object/],
    ["a/b", /"a\/b": it has .*one of \/ = ,/],
    ["a=b", /"a=b"/],
    ["a,b", /"a,b"/],
    ["two\nlines", /"two\\nlines": it has a line break/],
    ["two\u2028lines", /it has a line break/],
    [" a", /a space at its end/],
    ["a ", /a space at its end/],
    ["\u202egnp", /a control character/],
    ["\ud800", /"\\ud800": it has/],
    ["<img src=x onerror=alert(1)>", /"<img src=x/],
    ["x".repeat(101), /"x{100}…": it is longer than 100/],
  ];
  for (const [name, message] of cases) {
    assert.throws(() => checkRewardName(name), { name: "RangeError", message });
  }
});

Deno.test("a name that is taken can be found again in a metric and in a list of weights", () => {
  const unit = fc.constantFrom(...'a é/=,"\n\t\u2028\u200b\ud800😀');
  const name = fc.oneof(fc.string(), fc.string({ unit, maxLength: 4 }));
  fc.assert(fc.property(name, (name) => {
    try {
      checkRewardName(name);
    } catch (error) {
      assert.ok(error instanceof RangeError);
      return;
    }
    assert.deepEqual(`rewards/${name}/mean`.split("/"), ["rewards", name, "mean"]);
    const [weighed, weight] = `${name}=2,b=3`.split(",")[0]!.split("=");
    assert.deepEqual([weighed!.trim(), weight], [name, "2"]);
    assert.equal(({} as Record<string, unknown>)[name], undefined);
  }));
});
