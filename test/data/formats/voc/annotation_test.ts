import assert from "node:assert/strict";
import { readVoc } from "../../../../data/formats/voc/annotation.ts";

const BOX = "<bndbox><xmin>1</xmin><ymin>0</ymin><xmax>9.5</xmax><ymax>8</ymax></bndbox>";

Deno.test("pixels count from 1, and a 0 is the first one too", () => {
  const { objects } = readVoc(
    `<annotation><object><name> cup </name>${BOX}</object></annotation>`,
    "1.xml",
  );
  assert.deepEqual(
    objects.map(({ name, box, difficult }) => ({ name, box, difficult })),
    [
      { name: "cup", box: { x1: 0, y1: 0, x2: 9.5, y2: 8 }, difficult: false },
    ],
  );
});

Deno.test("a size of 0 is none, and half a size is refused", () => {
  const sized = (size: string) =>
    readVoc(`<annotation><size>${size}</size></annotation>`, "1.xml").size;
  assert.equal(sized("<width>0</width><height>0</height>"), undefined);
  assert.deepEqual(sized("<width>30</width><height>20</height><depth>3</depth>"), {
    width: 30,
    height: 20,
  });
  assert.throws(() => sized("<width>30</width>"), /1\.xml: <size> must have a width/);
});

Deno.test("documents that unfold, nest or break are refused at once", () => {
  const deep = 100_000;
  const faults: [string, RegExp][] = [
    ['<!DOCTYPE a [<!ENTITY a "b">]><annotation/>', /1\.xml has a document type/],
    ["<annotation>", /1\.xml is not XML/],
    [
      "<annotation>" + "<a>".repeat(deep) + "</a>".repeat(deep) + "</annotation>",
      /1\.xml/,
    ],
    ["<other/>", /1\.xml has no <annotation>/],
    ["<annotation><object><name/></object></annotation>", /object 1 has no <name>/],
  ];
  for (const [text, message] of faults) {
    const before = performance.now();
    assert.throws(() => readVoc(text, "1.xml"), message);
    assert.ok(performance.now() - before < 4000);
  }
});
