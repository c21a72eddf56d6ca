import assert from "node:assert/strict";
import { PROFILES } from "../../stages/reward/profiles.ts";

const REWARDS = ["accuracy", "confidence", "format", "iou", "region_iou"];

/** Of the kinds that the paper has not: one file each for all profiles. */
const KINDS = ["number_accuracy", "text_similarity", "choice_accuracy", "point_hit"];

Deno.test("every reward's documentation has formula, range, source and an example that runs", async () => {
  for (const profile of [...PROFILES, "kinds"]) {
    for (const name of profile === "kinds" ? KINDS : REWARDS) {
      const path = `stages/reward/${profile}/${name}.ts`;
      const text = await Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
      const [comment] = text.match(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/(?=\nexport function)/)!;
      assert.match(comment, /^ \* {3}R(_\w+)? = /m, `${path}: formula`);
      assert.match(comment, /@returns.*(\d|number)/i, `${path}: range`);
      assert.match(comment, /paper|official \w/, `${path}: source`);
      assert.match(
        comment,
        /@example[\s\S]*```ts[\s\S]*parseAnswer\(/,
        `${path}: example`,
      );
    }
  }
});
