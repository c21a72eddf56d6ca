import assert from "node:assert/strict";
import fc from "fast-check";
import { parseEmojiSpec } from "../../../data/emoji/spec.ts";

Deno.test("a specification says task, artists, categories and counts", () => {
  assert.deepEqual(
    parseEmojiSpec("emoji:detection,artist=openmoji,categories=10,shots=8,absent=0.5"),
    {
      task: "detection",
      artists: ["openmoji"],
      categories: 10,
      shots: 8,
      size: 65536,
      absent: 0.5,
      heldOut: 256,
    },
  );
  assert.deepEqual(parseEmojiSpec("emoji:grounding,size=100,held-out=7"), {
    task: "grounding",
    artists: ["noto", "twemoji", "fluent"],
    categories: "base",
    size: 100,
    absent: 0.3,
    heldOut: 7,
  });
});

Deno.test("artists are joined by a plus, each once", () => {
  const artists = (value: string) =>
    parseEmojiSpec(`emoji:classification,artist=${value}`).artists;
  assert.deepEqual(artists("noto+openmoji"), ["noto", "openmoji"]);
  assert.deepEqual(artists("known+noto+openmoji"), [
    "noto",
    "twemoji",
    "fluent",
    "openmoji",
  ]);
});

const FAULTS: readonly (readonly [string, RegExp])[] = [
  ["emojy:detection", /source "emojy" is unknown; did you mean "emoji"\?/],
  ["emoji", /write emoji:TASK.* one of classification, detection, grounding/],
  ["emoji:detect", /task "detect" is unknown; did you mean "detection"\?/],
  ["emoji:segmentation", /task "segmentation" is unknown/],
  ["emoji:detection,artst=noto", /emoji has no option "artst"; did you mean "artist"\?/],
  ["emoji:detection,artist=nottto", /artist "nottto" is unknown; did you mean "noto"\?/],
  ["emoji:detection,artist=", /the option artist has no value; write artist=VALUE/],
  ["emoji:detection,categories=novell", /did you mean "novel"\?/],
  ["emoji:detection,categories=cat+base", /the set "base" beside names/],
  ["emoji:detection,categories=cat+dgo", /did you mean "dog"\?/],
  [
    "emoji:detection,categories=66",
    /categories is a whole number from 1 to 65, not "66"/,
  ],
  ["emoji:detection,categories=0", /from 1 to 65, not "0"/],
  ["emoji:detection,categories=2.5", /from 1 to 65, not "2.5"/],
  ["emoji:detection,shots=-1", /shots is a whole number from 1 .* not "-1"/],
  ["emoji:detection,shots", /option shots has no value; write shots=VALUE/],
  ["emoji:detection,shots=2,shots=3", /option shots is given twice/],
  ["emoji:detection,shots=2,size=3", /shots and size exclude one another/],
  ["emoji:detection,absent=1", /absent is a share from 0 to below 1, not "1"/],
  ["emoji:detection,absent=x", /absent is a share .* not "x"/],
  ["emoji:grounding,absent=.5", /absent belongs to detection, not to grounding/],
  ["emoji:detection,held-out=0", /held-out is a whole number from 1 .* not "0"/],
  ["emoji:detection,", /option "" is unknown/],
];

for (const [spec, message] of FAULTS) {
  Deno.test(`"${spec}" is refused`, () => {
    assert.throws(() => parseEmojiSpec(spec), (error: Error) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, message);
      assert.ok(error.message.includes(spec), "the whole specification is quoted");
      return true;
    });
  });
}

Deno.test("any text is either read or refused with a RangeError", () => {
  const piece = fc.constantFrom(
    "emoji",
    ":",
    ",",
    "=",
    "detection",
    "artist",
    "known",
    "shots",
    "5",
    ".",
    "+",
  );
  const text = fc.oneof(fc.string(), fc.array(piece).map((parts) => parts.join("")));
  fc.assert(fc.property(text, (spec) => {
    try {
      parseEmojiSpec(spec);
    } catch (error) {
      assert.ok(error instanceof RangeError, String(error));
    }
  }));
});

Deno.test("categories may be named one by one", () => {
  const { categories } = parseEmojiSpec(
    "emoji:detection,categories=ice cream+cat+robot+cat",
  );
  assert.deepEqual(categories, ["ice cream", "cat", "robot"]);
});
