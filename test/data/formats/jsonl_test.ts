import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { openJsonl } from "../../../data/formats/jsonl.ts";
import { decodePicture } from "../../../data/pictures/picture.ts";
import {
  paperAnswerPrompt,
  paperPrompt,
  shortPrompt,
} from "../../../data/questions/prompt.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

const options = { prompts: shortPrompt, readTruth: parseSolution };

async function picture(path: string, width: number, height: number, orientation = 1) {
  const blank = sharp({ create: { width, height, channels: 3, background: "red" } });
  await Deno.writeFile(path, await blank.jpeg().withMetadata({ orientation }).toBuffer());
}

Deno.test("every form of a line is read", async () => {
  await inFolder(async (folder) => {
    await picture(join(folder, "a.jpg"), 200, 100);
    const path = join(folder, "train.jsonl");
    const lines = [
      { image: "a.jpg", category: "cat", boxes: [[20, 10, 100, 60]] },
      { image: "a.jpg", category: "dog", boxes: [] },
      { image: "a.jpg", label: "tiger lily", aliases: ["Lilium"], id: "mine" },
      { image: "a.jpg", instruction: "the left one", box: [0, 0, 50, 25] },
      { image: "a.jpg", problem: "How many?", solution: "<answer>4</answer>" },
      {
        image: "a.jpg",
        conversations: [{ from: "human", value: "<image>Where?" }, {
          ...{ from: "gpt", value: "[20, 10, 100, 60]" },
        }],
      },
    ];
    const text = lines.map((line) => JSON.stringify(line)).join("\r\n\r\n");
    await Deno.writeTextFile(path, "\uFEFF" + text);
    const set = await openJsonl(path, options);
    const rows = await Promise.all(lines.map((_, i) => set.row(i)));
    const box = { x1: 100, y1: 100, x2: 500, y2: 600 };
    assert.deepEqual(rows.map(({ target }) => target), [
      { kind: "detection", category: "cat", boxes: [box] },
      { kind: "detection", category: "dog", boxes: [] },
      { kind: "classification", label: "tiger lily", aliases: ["Lilium"] },
      { kind: "grounding", box: { x1: 0, y1: 0, x2: 250, y2: 250 } },
      { kind: "classification", label: "4" },
      { kind: "grounding", box },
    ]);
    assert.deepEqual(rows.map(({ id }) => id), ["1", "3", "mine", "7", "9", "11"]);
    assert.deepEqual(rows.map(({ prompt }) => prompt), [
      ...["Detect all objects of category 'cat'", "Detect all objects of category 'dog'"],
      ...["What is the main object?", "Find the left one", "How many?", "Find Where?"],
    ]);
    assert.deepEqual(
      rows.map((_, i) => set.category(i)),
      ["cat", "dog", "tiger lily", undefined, "4", undefined],
    );
  });
});

Deno.test("every form of a line may have a reasoning, and solutions bring their own", async () => {
  await inFolder(async (folder) => {
    await picture(join(folder, "a.jpg"), 200, 100);
    const path = join(folder, "train.jsonl"), image = "a.jpg";
    const solution = "<think>Two and two.</think><answer>4</answer>";
    const human = { from: "human", value: "Where?" };
    const lines = [
      { image, category: "cat", boxes: [], reasoning: " No fur. " },
      { image, label: "cat", reasoning: "Fur." },
      { image, instruction: "the cat", box: [0, 0, 9, 9], reasoning: "There." },
      { image, problem: "How many?", solution },
      { image, problem: "How many?", solution, reasoning: "I count." },
      { image, conversations: [human, { from: "gpt", value: solution }] },
      { image, label: "cat" },
    ];
    await Deno.writeTextFile(path, lines.map((one) => JSON.stringify(one)).join("\n"));
    const set = await openJsonl(path, options);
    const wanted = [
      ...["No fur.", "Fur.", "There.", "Two and two.", "I count.", "Two and two."],
      undefined,
    ];
    const rows = await Promise.all(lines.map((_, i) => set.row(i)));
    assert.deepEqual(rows.map(({ reasoning }) => reasoning), wanted);
    assert.ok(!("reasoning" in rows.at(-1)!));
    assert.deepEqual(
      lines.map((_, i) => set.holdsReasoning!(i)),
      wanted.map((text) => text !== undefined),
    );
  });
});

Deno.test("problems in the paper's words lose those about thinking where none is wanted", async () => {
  await inFolder(async (folder) => {
    await picture(join(folder, "a.jpg"), 200, 100);
    const path = join(folder, "train.jsonl"), image = "a.jpg";
    const problem = paperPrompt({ kind: "classification" });
    const lines = [
      { image, problem, solution: "cat" },
      {
        image,
        conversations: [{ from: "human", value: problem }, { from: "gpt", value: "cat" }],
      },
    ];
    await Deno.writeTextFile(path, lines.map((one) => JSON.stringify(one)).join("\n"));
    for (const prompts of [paperPrompt, paperAnswerPrompt]) {
      const set = await openJsonl(path, { ...options, prompts });
      for (const i of [0, 1]) {
        assert.equal((await set.row(i)).prompt, prompts({ kind: "classification" }));
      }
    }
  });
});

Deno.test("VLM-R1's lines are read, several pictures too, from the folder beside", async () => {
  const path = fixturePath("data/vlm_r1/train.jsonl");
  const lines = (await Deno.readTextFile(path)).trim().split("\n").map((l) =>
    JSON.parse(l)
  );
  const set = await openJsonl(path, options);
  assert.equal(set.size, lines.length);
  for (const [i, line] of lines.entries()) {
    const { pictures, target, prompt, id } = await set.row(i);
    assert.equal(id, String(line.id));
    assert.equal(pictures.length, [line.image].flat().length);
    const images = await Promise.all(pictures.map((one) => decodePicture(one)));
    assert.ok(target.kind === "grounding");
    const [x1, y1, x2, y2] = JSON.parse(line.conversations[1].value);
    const { width, height } = images[0]!;
    assert.ok(Math.abs(target.box.x1 * width / 1000 - x1) < 1e-9);
    assert.ok(Math.abs(target.box.y2 * height / 1000 - y2) < 1e-9);
    assert.ok(x2 <= width && y1 < y2);
    assert.ok(!prompt.includes("<image>"));
  }
});

Deno.test("boxes are in pixels of the picture as it is seen, its EXIF orientation applied", async () => {
  await inFolder(async (folder) => {
    await picture(join(folder, "a.jpg"), 200, 100, 6); // seen at 100 x 200
    const path = join(folder, "x.jsonl");
    await Deno.writeTextFile(
      path,
      '{"image": "a.jpg", "instruction": "x", "box": [10, 20, 50, 100]}',
    );
    const { target } = await (await openJsonl(path, options)).row(0);
    assert.ok(target.kind === "grounding");
    assert.deepEqual(target.box, { x1: 100, y1: 100, x2: 500, y2: 500 });
    const set = await openJsonl(path, { ...options, frame: "per-mille" });
    const row = await set.row(0);
    assert.ok(row.target.kind === "grounding");
    assert.deepEqual(row.target.box, { x1: 10, y1: 20, x2: 50, y2: 100 });
  });
});

Deno.test("a wrong line is an error that names file, line and key", async () => {
  const cases: [string, RegExp][] = [
    ["{", /line 2 is not JSON /],
    ["[1]", /line 2: it must be an object/],
    ['{"image": "a.jpg"}', /line 2: it has no ground truth/],
    [
      '{"image": "a.jpg", "lable": "cat"}',
      /line 2: the key "lable" is not known; did you mean "label"\?/,
    ],
    ['{"label": "cat"}', /line 2: \.image is missing/],
    ['{"image": 4, "label": "cat"}', /line 2: \.image must be the path of an image/],
    [
      '{"image": "a.jpg", "label": " "}',
      /line 2: \.label must be a text that is not empty/,
    ],
    [
      '{"image": "a.jpg", "label": "cat", "reasoning": "<think>fur</think>"}',
      /line 2: \.reasoning must be a text without tags/,
    ],
    ['{"image": "a.jpg", "label": "cat", "reasoning": 1}', /line 2: \.reasoning must be/],
    [
      '{"image": "a.jpg", "label": "cat", "colour": 1}',
      /the key "colour" does not belong/,
    ],
    ['{"image": "a.jpg", "category": "x", "boxes": [[1, 2, 3]]}', /line 2: \.boxes\[0\]/],
    [
      '{"image": "a.jpg", "category": "x", "boxes": [[5, 2, 3, 4]]}',
      /\.boxes\[0\] must be x1, y1, x2, y2 with x1 < x2/,
    ],
    ['{"image": "a.jpg", "boxes": []}', /line 2: \.category is missing/],
    [
      '{"image": "a.jpg", "problem": "x", "solution": "[{\'Position\': [1]}]"}',
      /boxes cannot be read/,
    ],
  ];
  await inFolder(async (folder) => {
    const path = join(folder, "x.jsonl");
    for (const [line, message] of cases) {
      await Deno.writeTextFile(path, `{"image": "a.jpg", "label": "cat"}\n${line}\n`);
      await assert.rejects(openJsonl(path, options), (error: Error) => {
        assert.ok(error instanceof SyntaxError, error.stack);
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(path));
        return true;
      });
    }
    await Deno.writeTextFile(path, "\n");
    await assert.rejects(openJsonl(path, options), /has no lines/);
    await assert.rejects(
      openJsonl(join(folder, "no.jsonl"), options),
      /there is no such file/,
    );
  });
});

Deno.test("whatever a line holds, it is read or refused in one sentence", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.jsonl");
    const line = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(
        fc.constantFrom("id", "image", "label", "category", "boxes", "box", "solution"),
        fc.jsonValue(),
      ),
    );
    await fc.assert(
      fc.asyncProperty(line, async (json) => {
        await Deno.writeTextFile(path, JSON.stringify(json));
        await openJsonl(path, options).then(
          ({ size }) => assert.equal(size, 1),
          (error) => {
            assert.ok(error instanceof SyntaxError, error.stack);
            assert.ok(!error.message.includes("\n"));
          },
        );
      }),
      { numRuns: 100 },
    );
  });
});
