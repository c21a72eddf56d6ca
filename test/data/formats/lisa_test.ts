import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { openLisa, readLisaRegion, regionMask } from "../../../data/formats/lisa.ts";
import { maskArea, maskBounds } from "../../../data/geometry/mask/rle.ts";
import { decodePicture } from "../../../data/pictures/picture.ts";
import { paperPrompt } from "../../../data/questions/prompt.ts";
import { rowSource } from "../../../data/formats/rows.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";
import { fixturePath, readFixture } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

interface Expected {
  readonly "lisa/lisa_train_sft.json": {
    readonly rows: readonly {
      readonly image: string;
      readonly problem: string;
      readonly solution: string;
      readonly width: number;
      readonly height: number;
    }[];
  };
}

const options = { prompts: paperPrompt, readTruth: parseSolution };

Deno.test("gen_sft.py's JSON gives the problems and solutions that grpo_lisa.py makes of it", async () => {
  const { rows } =
    readFixture<Expected>("data/expected.json")["lisa/lisa_train_sft.json"];
  const set = await openLisa(fixturePath("data/lisa/lisa_train_sft.json"), options);
  assert.equal(set.size, rows.length);
  for (const [i, { problem, solution, image, width, height }] of rows.entries()) {
    const { prompt, target, imageId, pictures } = await set.row(i);
    assert.equal(prompt, problem);
    assert.ok(target.kind === "grounding");
    const { x1, y1, x2, y2 } = target.box;
    assert.equal(`<answer> (${x1},${y1}),(${x2},${y2}) </answer>`, solution);
    assert.equal(imageId, image);
    const picture = await decodePicture(pictures[0]!);
    assert.deepEqual([picture.width, picture.height], [width, height]);
  }
});

Deno.test("a polygon annotation gives the box around it, and the outline", () => {
  const fixture = readFixture<{
    readonly text: readonly string[];
    readonly shapes: readonly { readonly points: readonly (readonly number[])[] }[];
  }>("data/lisa/annotation_0.json");
  const region = readLisaRegion(fixture, "0.json");
  const { points } = fixture.shapes[0]!;
  const xs = points.map(([x]) => x!), ys = points.map(([, y]) => y!);
  assert.deepEqual(region.box, {
    ...{ x1: Math.min(...xs), y1: Math.min(...ys) },
    ...{ x2: Math.max(...xs), y2: Math.max(...ys) },
  });
  assert.deepEqual(region.polygons[0], points.flat());
  assert.deepEqual(region.instructions, fixture.text);
  const ignore = { label: "ignore", points: [[0, 0], [99, 0], [99, 99]] };
  const target = { label: "target", points: [[1, 2], [3, 2], [3, 4]] };
  const json = { text: ["a", "b"], shapes: [ignore, target, target] };
  assert.deepEqual(readLisaRegion(json, "x").box, { x1: 1, y1: 2, x2: 3, y2: 4 });
  assert.equal(readLisaRegion(json, "x").polygons.length, 2);
});

Deno.test("a folder of annotations is asked about in each of its sentences", async () => {
  await inFolder(async (folder) => {
    const png = sharp({
      create: { width: 200, height: 100, channels: 3, background: "red" },
    });
    await Deno.writeFile(join(folder, "a.jpg"), await png.jpeg().toBuffer());
    const shapes = [{ label: "target", points: [[20, 10], [100, 10], [100, 60]] }];
    const json = JSON.stringify({ text: ["the café", "it"], is_sentence: true, shapes });
    // LISA's own files are Latin-1 where they are not ASCII.
    await Deno.writeFile(
      join(folder, "a.json"),
      Uint8Array.from(json, (letter) => letter.charCodeAt(0)),
    );
    const set = await openLisa(folder, options);
    assert.equal(set.size, 2);
    const [first, second] = [await set.row(0), await set.row(1)];
    assert.match(first.prompt, /instruction: the café Output/);
    assert.deepEqual(first.target, {
      kind: "grounding",
      box: { x1: 100, y1: 100, x2: 500, y2: 600 },
    });
    assert.deepEqual([first.id, second.id, second.imageId], ["a/0", "a/1", "a"]);
  });
});

Deno.test("a folder's questions have masks on the picture's pixels, the sentences' none", async () => {
  await inFolder(async (folder) => {
    const png = sharp({
      create: { width: 30, height: 20, channels: 3, background: "red" },
    });
    await Deno.writeFile(join(folder, "a.png"), await png.png().toBuffer());
    const rectangle = (x: number, y: number, width: number, height: number) => ({
      label: "target",
      points: [[x, y], [x + width, y], [x + width, y + height], [x, y + height]],
    });
    const shapes = [
      ...[rectangle(2, 3, 4, 5), rectangle(4, 3, 6, 5)], // they share 3 x 6 pixels
      { ...rectangle(0, 0, 29, 19), label: "ignore" },
    ];
    await Deno.writeTextFile(
      join(folder, "a.json"),
      JSON.stringify({ text: ["it"], shapes }),
    );
    const source = rowSource(await openLisa(folder, options), { name: "lisa" });
    const { mask, images } = await source.question(0);
    assert.deepEqual(mask!.size, [images[0]!.height, images[0]!.width]);
    assert.deepEqual(maskBounds(mask!), [2, 3, 9, 6]);
    assert.equal(maskArea(mask!), 9 * 6);
  });
  const path = fixturePath("data/lisa/lisa_train_sft.json");
  const source = rowSource(await openLisa(path, options), { name: "lisa" });
  assert.ok(!("mask" in await source.question(0)));
});

Deno.test("regionMask() unites polygons", () => {
  const [left, right] = [[0, 0, 0, 1, 1, 1, 1, 0], [3, 0, 4, 0, 4, 1, 3, 1]];
  assert.deepEqual(regionMask([left!, right!], [2, 5]).counts, [0, 4, 2, 4]);
});

Deno.test("a polygon that cannot be drawn is an error that names it", () => {
  const shape = { points: [[0, 0], [1e9, 0], [5, 5]] };
  const fine = { points: [[0, 0], [9, 0], [5, 5]] };
  assert.throws(() => readLisaRegion({ text: ["x"], shapes: [fine, shape] }, "7.json"), {
    name: "SyntaxError",
    message: /^7\.json: \.shapes\[1\]\.points: Number 3 of a polygon must lie within/,
  });
});

Deno.test("wrong JSON is an error that names file and place", async () => {
  const cases: [unknown, RegExp][] = [
    [{ a: 1 }, /the whole file must be a list/],
    [[{ conversations: [{ from: "user", value: "x" }] }], /\[0\]\.conversations must be/],
    [
      [message("no picture", "(1,2),(3,4)")],
      /\[0\]\.conversations\[0\]\.value has no <img>/,
    ],
    [
      [message("<img>a.jpg</img> it", "a cat")],
      /\[0\]\.conversations\[1\]\.value must be a box/,
    ],
    [[message("<img>a.jpg</img> it", "(9,9),(3,4)")], /inverted corners/],
  ];
  await inFolder(async (folder) => {
    const path = join(folder, "x.json");
    for (const [json, error] of cases) {
      await Deno.writeTextFile(path, JSON.stringify(json));
      await assert.rejects(openLisa(path, options), {
        name: "SyntaxError",
        message: error,
      });
    }
    await assert.rejects(openLisa(join(folder, "no"), options), /cannot be read/);
  });
});

function message(asked: string, told: string) {
  return {
    conversations: [{ from: "user", value: asked }, { from: "assistant", value: told }],
  };
}
