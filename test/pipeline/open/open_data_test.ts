import assert from "node:assert/strict";
import { checkData, openData } from "../../../pipeline/open/open_data.ts";

Deno.test("checkData() names what is wrong with a specification", () => {
  checkData("emoji:detection,artist=openmoji,shots=8");
  const cases: [string, RegExp][] = [
    ["emojis:detection", /no source "emojis"; did you mean "emoji"\?/],
    ["https://example.org", /no source "https"; sources are emoji/],
    ["emoji:detecting", /"detecting" is unknown; did you mean "detection"\?/],
    ["emoji:detection,shot=8", /no option "shot"; did you mean "shots"\?/],
    ["emoji:detection,shots=many", /shots is a whole number from 1/],
  ];
  for (const [spec, message] of cases) {
    assert.throws(() => checkData(spec), { name: "RangeError", message });
  }
});

Deno.test("openData() refuses before it loads anything", async () => {
  await assert.rejects(openData("nowhere:x", { seed: 0, prompts: "short" }), RangeError);
});
