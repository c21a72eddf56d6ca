import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeImage } from "../../../data/pictures/image.ts";
import { htmlOf } from "../../../pipeline/page/markup.ts";
import { drawing, EMPTY_FRAME, picture } from "../../../pipeline/page/picture.ts";

Deno.test("picture() shows at most 320 pixels, in their proportions", async () => {
  const image = { width: 640, height: 320, data: new Uint8Array(640 * 320 * 3).fill(90) };
  const svg = htmlOf(await picture(image, [], { alt: "grey" }));
  assert.match(svg, /viewBox="0 0 1000 500"/);
  const base64 = /href="data:image\/webp;base64,([^"]+)"/.exec(svg)![1]!;
  const { width, height } = await decodeImage(Uint8Array.fromBase64(base64));
  assert.deepEqual([width, height], [320, 160]);
});

Deno.test("a box is drawn where it is, its corners in any order", () => {
  const thumb = { width: 200, height: 100 };
  const box = { x1: 300, y1: 400, x2: 100, y2: 200 };
  const svg = htmlOf(drawing(thumb, [{ box, look: "truth" }], { alt: "" }));
  assert.match(svg, /<g class="box truth">/);
  assert.match(svg, /class="line" x="100" y="100" width="200" height="100"/);
});

Deno.test("no box and no label leaves the picture by more than a line", () => {
  const box = fc.record({
    ...{ x1: fc.double(), y1: fc.double(), x2: fc.double(), y2: fc.double() },
  });
  fc.assert(fc.property(box, fc.string(), (box, label) => {
    const svg = htmlOf(
      drawing(EMPTY_FRAME, [{ box, look: "answer", label }], { alt: "" }),
    );
    const boxes = svg.matchAll(
      /<rect class="(?:line|tag)" x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"/g,
    );
    const found = [...boxes].map((match) => match.slice(1).map(Number));
    assert.equal(found.length, 2);
    for (const [x, y, width, height] of found) {
      assert.ok(x! >= -10 && y! >= -10, svg);
      assert.ok(x! + width! <= 1010 && y! + height! <= 1010, svg);
    }
  }));
});

Deno.test("a colour stays a colour", () => {
  const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
  const styled = (colour: string) =>
    /style="--box: (.*?)"/.exec(
      htmlOf(drawing(EMPTY_FRAME, [{ box, look: "answer", colour }], { alt: "" })),
    )![1];
  assert.equal(styled("hsl(120 50% 40%)"), "hsl(120 50% 40%)");
  assert.equal(styled("red; background: blue"), "currentColor");
  assert.equal(styled("url(//a)"), "currentColor");
});

Deno.test("a list of thousands of boxes is cut", () => {
  const box = { x1: 0, y1: 0, x2: 1, y2: 1 };
  const boxes = Array.from({ length: 5000 }, () => ({ box, look: "answer" as const }));
  const svg = htmlOf(drawing(EMPTY_FRAME, boxes, { alt: "" }));
  assert.equal(svg.match(/class="line"/g)?.length, 24);
});
