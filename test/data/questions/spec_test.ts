import assert from "node:assert/strict";
import fc from "fast-check";
import {
  joinSpec,
  readOptions,
  specFault,
  splitSpec,
} from "../../../data/questions/spec.ts";

const KNOWN = ["shots", "held-out", "frame"];

/** Reads a specification whose source is called coco. */
function reader(spec: string) {
  return readOptions(spec, splitSpec(spec).options, KNOWN, "coco");
}

Deno.test("options begin at the first comma after which every part has a name and a value", () => {
  const cases: [string, string, [string, string][]][] = [
    ["a.json", "a.json", []],
    ["coco:a.json,shots=4", "coco:a.json", [["shots", "4"]]],
    ["a, b.jsonl,shots=4,held-out=1", "a, b.jsonl", [["shots", "4"], ["held-out", "1"]]],
    ["a=1.json,shots=4", "a=1.json", [["shots", "4"]]], // the head comes first, whatever it is
    ["a,shots=4,b", "a,shots=4,b", []], // what follows is no option
    ["a,split=x=y", "a", [["split", "x=y"]]],
    ["a,split=", "a", [["split", ""]]],
    ["a,4=b", "a,4=b", []], // names have letters
    ["a,split=two\nlines", "a", [["split", "two\nlines"]]],
    ["", "", []],
    ['a,split="b,c"+d,shots=4', "a", [["split", '"b,c"+d'], ["shots", "4"]]],
    ['a,split=d+"b,shots=5"', "a", [["split", 'd+"b,shots=5"']]],
    ['a,b="c,d".jsonl,shots=4', 'a,b="c,d".jsonl', [["shots", "4"]]], // no name ends there
    ['"a,b",shots=4', '"a,b"', [["shots", "4"]]], // a path's quotes are letters
    ['a,split="b,shots=4', "a", [["split", '"b'], ["shots", "4"]]], // not closed
    ['a,split="b,c', 'a,split="b,c', []],
  ];
  for (const [spec, head, options] of cases) {
    assert.deepEqual(splitSpec(spec), { head, options }, spec);
  }
});

Deno.test("joinSpec() is the opposite of splitSpec(), of any text", () => {
  fc.assert(fc.property(
    fc.oneof(fc.string(), fc.stringMatching(/^[a,=4"+-]*$/)),
    (spec) => assert.equal(joinSpec(splitSpec(spec)), spec),
  ));
});

Deno.test("a fault begins with the option data and the specification", () => {
  const fault = specFault("coco:a,x=1", "coco has no option x");
  assert.ok(fault instanceof RangeError);
  assert.equal(fault.message, "data coco:a,x=1: coco has no option x");
});

Deno.test("values are read as texts, counts, shares and names; others are not given", () => {
  const read = reader("coco:a,shots=4,held-out=0.25,frame=pixels");
  assert.ok(read.has("shots"));
  assert.equal(read.text("shots"), "4");
  assert.equal(read.count("shots", 1), 4);
  assert.equal(read.share("held-out", "to 1"), 0.25);
  assert.equal(read.oneOf("frame", ["pixels", "per-mille"]), "pixels");
  assert.equal(reader('coco:a,held-out="b, c.json"').text("held-out"), "b, c.json");
  assert.equal(reader('coco:a,held-out="b, c"+d').names("held-out"), '"b, c"+d');
  const none = reader("coco:a");
  assert.equal(none.has("shots"), false);
  assert.equal(none.text("shots"), undefined);
  assert.equal(none.count("shots", 1), undefined);
  assert.equal(none.share("held-out", "to 1"), undefined);
  assert.equal(none.oneOf("frame", ["pixels"]), undefined);
});

Deno.test("the ends of a range belong to it, but for a share below 1", () => {
  assert.equal(reader("a,shots=1").count("shots", 1, 9), 1);
  assert.equal(reader("a,shots=9").count("shots", 1, 9), 9);
  assert.equal(reader("a,held-out=0").share("held-out", "to below 1"), 0);
  assert.equal(reader("a,held-out=1").share("held-out", "to 1"), 1);
  assert.throws(() => reader("a,held-out=1").share("held-out", "to below 1"), {
    name: "RangeError",
    message: 'data a,held-out=1: held-out is a share from 0 to below 1, not "1"',
  });
});

Deno.test("an option that is unknown, empty or given twice is refused by name", () => {
  const cases: [string, string][] = [
    ["a,shot=4", 'coco has no option "shot"; did you mean "shots"?'],
    ["a,zzz=4", 'coco has no option "zzz"; options are shots, held-out, frame'],
    ["a,shots=", "the option shots has no value; write shots=VALUE"],
    ["a,shots=4,shots=5", "the option shots is given twice"],
  ];
  for (const [spec, reason] of cases) {
    const message = `data ${spec}: ${reason}`;
    assert.throws(() => reader(spec), { name: "RangeError", message });
  }
  const spec = "a,x=1";
  assert.throws(() => readOptions(spec, splitSpec(spec).options, ["part"]), {
    message: 'data a,x=1: there is no option "x"; options are part',
  });
});

Deno.test("a value that does not fit is refused with what would", () => {
  for (
    const value of ["0", "-1", "1.5", "1e3", "0x10", " 4", "four", "99999999999999999"]
  ) {
    const spec = `a,shots=${value}`;
    assert.throws(() => reader(spec).count("shots", 1), {
      name: "RangeError",
      message: `data ${spec}: shots is a whole number of at least 1, not "${value}"`,
    });
  }
  assert.throws(() => reader("a,shots=10").count("shots", 1, 9), {
    message: 'data a,shots=10: shots is a whole number from 1 to 9, not "10"',
  });
  for (const value of ["1.1", "-0.1", "NaN", "10%", "."]) {
    const spec = `a,held-out=${value}`;
    assert.throws(() => reader(spec).share("held-out", "to 1"), {
      message: `data ${spec}: held-out is a share from 0 to 1, not "${value}"`,
    });
  }
  const frame = "a,frame=pixel";
  assert.throws(() => reader(frame).oneOf("frame", ["pixels", "per-mille"]), {
    message: `data ${frame}: frame is pixels or per-mille, not "pixel"; ` +
      'did you mean "pixels"?',
  });
});
