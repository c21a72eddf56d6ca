import assert from "node:assert/strict";
import fc from "fast-check";
import { FILE_KINDS, parseFileSpec } from "../../../data/formats/file_spec.ts";

Deno.test("kind, path and options are told apart, commas and colons in paths too", () => {
  assert.deepEqual(
    parseFileSpec("coco:a/b.json,categories=cat+dog,absent=.25,held-out=val.json"),
    {
      kind: "coco",
      path: "a/b.json",
      options: { heldOut: "val.json", categories: "cat+dog", absent: 0.25 },
    },
  );
  assert.deepEqual(parseFileSpec("a, b,c/x.jsonl,held-out=0.5,shots=4"), {
    path: "a, b,c/x.jsonl",
    options: { heldOut: 0.5, shots: 4 },
  });
  assert.equal(parseFileSpec("C:\\data\\x.jsonl").path, "C:\\data\\x.jsonl");
});

Deno.test("what a specification has wrong is named, with the nearest right thing", () => {
  const cases: [string, RegExp][] = [
    ["jsonl:", /give a path, as in jsonl:PATH/],
    ["jsonl:x,shot=3", /jsonl has no option "shot"; did you mean "shots"\?/],
    ["x.jsonl,shot=3", /there is no option "shot"; did you mean "shots"\?/],
    ["folder:x,frame=pixels", /folder has no option "frame"/],
    ["jsonl:x,shots=0", /shots is a whole number of at least 1, not "0"/],
    ["jsonl:x,shots=", /the option shots has no value/],
    ["jsonl:x,shots=1,shots=2", /the option shots is given twice/],
    ["jsonl:x,held-out=1.5", /held-out is a share from 0 to 1, not "1.5"/],
    ["coco:x,absent=1", /absent is a share from 0 to below 1/],
    ["jsonl:x,frame=percent", /frame is pixels or per-mille or unit/],
  ];
  for (const [spec, message] of cases) {
    assert.throws(() => parseFileSpec(spec), { name: "RangeError", message });
  }
});

Deno.test("whatever a path is, it comes back, behind every kind", () => {
  const path = fc.string({ minLength: 1 }).filter((text) =>
    !/,[A-Za-z][A-Za-z-]*=/.test(text) &&
    !FILE_KINDS.some((kind) => text.startsWith(`${kind}:`))
  );
  fc.assert(fc.property(path, fc.constantFrom(...FILE_KINDS), (path, kind) => {
    assert.equal(parseFileSpec(`${kind}:${path}`).path, path);
    assert.equal(parseFileSpec(`${kind}:${path},shots=3`).options.shots, 3);
  }));
});
