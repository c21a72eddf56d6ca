import assert from "node:assert/strict";
import { join } from "node:path";
import type { Question, QuestionSource } from "../../../data/questions/question.ts";
import { readConfig } from "../../../pipeline/cli/read_config.ts";
import { initFrom } from "../../../pipeline/init/init_from.ts";
import { openSides } from "../../../pipeline/open/open_files.ts";
import { resolveSettings } from "../../../pipeline/settings/settings.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";
import { LABEL_FORMS, writeLabelled } from "../../support/labelled_photos.ts";
import { png } from "../../support/made_files.ts";

/** All questions of a source, without the names of their images, which change. */
async function asked(source: QuestionSource): Promise<Omit<Question, "imageId">[]> {
  const all: Omit<Question, "imageId">[] = [];
  for (let i = 0; i < source.size; i++) {
    const { imageId: _, ...question } = await source.question(i);
    all.push(question);
  }
  return all;
}

/** Writes a task out of data and checks that it asks the same, on both sides. */
async function checkTask(folder: string, from: string, prompts: "short" | "paper") {
  const task = join(folder, "my-task");
  const { data } = await initFrom(task, from);
  const settings = resolveSettings(await readConfig(join(task, "config.json")));
  assert.equal(settings.data, data);
  const source = await openSides(from, prompts), written = await openSides(data, prompts);
  if (source.share === undefined) {
    assert.deepEqual(await asked(written.train), await asked(source.train));
    assert.deepEqual(await asked(written.heldOut), await asked(source.heldOut));
  } else {
    assert.equal(written.share, source.share);
    const all = async ({ train, heldOut }: typeof source) =>
      (await asked(train)).concat(source.share === 1 ? [] : await asked(heldOut))
        .sort((a, b) => a.id < b.id ? -1 : 1);
    assert.deepEqual(await all(written), await all(source));
  }
  const names = [...Deno.readDirSync(task)].map(({ name }) => name).sort();
  const heldOut = source.share === undefined ? ["held-out.jsonl"] : [];
  const expected = ["README.md", "config.json", ...heldOut, "images", "train.jsonl"];
  assert.deepEqual(names, expected.sort());
  return task;
}

const FIXTURES = [
  "data/virft_coco",
  "data/virft_cls_2shards",
  "data/virft_disk",
  "data/imagefolder",
  "data/vlm_r1/train.jsonl",
  "data/lisa/lisa_train_sft.json",
];

for (const name of FIXTURES) {
  for (const prompts of ["short", "paper"] as const) {
    Deno.test(`a task made from ${name} asks the same questions (${prompts} prompts)`, async () => {
      await inFolder(async (folder) => {
        await checkTask(folder, fixturePath(name), prompts);
      });
    });
  }
}

for (const form of LABEL_FORMS) {
  Deno.test(`a task made from ten photos labelled as ${form} asks the same questions`, async () => {
    await inFolder(async (folder) => {
      const from = await writeLabelled(form, join(folder, "photos"));
      await checkTask(folder, `${form}:${from}`, "paper");
      await Deno.remove(join(folder, "my-task"), { recursive: true });
      await checkTask(folder, from, "short"); // its kind is guessed
    });
  });
}

/** Two photos of one name in two folders, and lines of every form about them. */
async function photos(folder: string): Promise<string> {
  const lines = [
    { image: "a/photo.png", category: "salt, pepper", boxes: [[1, 2, 30, 31]] },
    { image: "b/photo.png", category: "cup", boxes: [] },
    { image: "a/photo.png", label: "tiger lily", aliases: ["Lilium"], reasoning: "Red." },
    { image: "b/photo.png", instruction: "the left one", box: [0.25, 1, 3, 3.5] },
    { image: ["a/photo.png", "b/photo.png"], problem: "Which?", solution: "the first" },
    {
      image: "b/photo.png",
      problem: "Detect all objects of category 'cup'",
      solution:
        "<think>Two.</think><answer>[{'Position': [1, 2, 3, 4], 'Confidence': 1}," +
        " {'Position': [5, 6, 7.125, 8], 'Confidence': 1}]</answer>",
    },
    { image: "c/CON.png", problem: "Any 'cup' here?", solution: "No Objects" },
    { image: "c/CON.png", problem: "How many legs?", number: 4, tolerance: 0.5 },
    { image: "c/CON.png", problem: "Read it.", text: "Ex: it!" },
    { image: "c/CON.png", problem: "Which?", options: ["a", "b"], choice: "b" },
    { image: "c/CON.png", instruction: "Point at the nose", point: [1, 2, 3, 4.5] },
    {
      image: "c/CON.png",
      problem: "Which notes?",
      own: { name: "chord", truth: ["C", 1] },
    },
    {
      image: "c/CON.png",
      messages: [
        { role: "system", content: "You see well." },
        { role: "user", content: "Is <image> red?" },
        { role: "assistant", content: "yes" },
      ],
    },
    {
      images: ["c/CON.png"],
      messages: [
        { role: "system", content: "You see well." },
        { role: "user", content: "<image>the red one" },
        { role: "assistant", content: [3, 4, 7, 9] },
      ],
    },
  ];
  for (
    const [name, grey] of [["a/photo", 90], ["b/photo", 160], ["c/CON", 20]] as const
  ) {
    await Deno.mkdir(join(folder, name, ".."), { recursive: true });
    await Deno.writeFile(join(folder, `${name}.png`), png(37, 41, { grey }));
  }
  const path = join(folder, "lines.jsonl");
  const text = lines.map((line, i) => JSON.stringify({ id: `q${i}`, ...line })).join(
    "\n",
  );
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("a task made from lines of every form asks the same, with frames and options", async () => {
  for (
    const options of [
      "",
      ",frame=per-mille",
      ",held-out=1",
      ",held-out=0.5,max-pixels=5000",
    ]
  ) {
    await inFolder(async (folder) => {
      const task = await checkTask(folder, await photos(folder) + options, "paper");
      const images = [...Deno.readDirSync(join(task, "images"))].map(({ name }) => name);
      assert.deepEqual(images.sort(), ["CON-.png", "photo-2.png", "photo.png"]);
      assert.equal(
        (await Deno.readTextFile(join(task, "config.json"))).includes("max-pixels"),
        options.includes("max-pixels"),
      );
    });
  }
});

Deno.test("a kind of truth that an option names stays it", async () => {
  const solutions = {
    number: "<answer>4 cups</answer>",
    text: "{Open} until [8]",
    label: "[a label]",
    choice: "B",
    boxes: "[10, 20, 30, 40]",
    box: "<think>There.</think><answer>[10, 20, 30, 40]</answer>",
    point: "[10, 20, 30, 40]",
  };
  for (const [truth, solution] of Object.entries(solutions)) {
    await inFolder(async (folder) => {
      await photos(folder);
      const line = { image: "a/photo.png", problem: "What is it?", solution };
      const path = join(folder, "stated.jsonl");
      await Deno.writeTextFile(path, JSON.stringify({ id: "q", ...line }));
      await checkTask(folder, `${path},truth=${truth},held-out=1`, "paper");
    });
  }
});

Deno.test("only the chosen categories are written, also those with a comma", async () => {
  await inFolder(async (folder) => {
    const path = await photos(folder);
    const task = join(folder, "my-task");
    const { train } = await initFrom(task, `${path},categories="salt, pepper"`);
    assert.equal(train, 1);
  });
});

Deno.test("a folder is made whole or not at all, and nothing of the user's is touched", async () => {
  await inFolder(async (folder) => {
    const path = await photos(folder);
    const task = join(folder, "my-task");
    await Deno.mkdir(task);
    await Deno.writeTextFile(join(task, "mine.txt"), "mine");
    await assert.rejects(() => initFrom(task, path), {
      message: /is not empty, mine\.txt/,
    });
    assert.equal(await Deno.readTextFile(join(task, "mine.txt")), "mine");

    const before = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    const other = join(folder, "other");
    await Deno.writeTextFile(join(folder, "c/CON.png"), "<html>");
    await assert.rejects(() => initFrom(other, path), {
      message: /lines\.jsonl, line 7: c\/CON\.png: it is not PNG, JPEG/,
    });
    await Deno.remove(join(folder, "c/CON.png"));
    await assert.rejects(() => initFrom(other, path), {
      message: /there is no such file/,
    });
    await assert.rejects(() => initFrom(other, `${path},shots=2,ahead=x`), RangeError);
    await assert.rejects(() => initFrom(other, join(folder, "nowhere")), {
      message: /there is no file or folder/,
    });
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
      before,
    );
  });
});

Deno.test("masks, which lines cannot hold, are counted", async () => {
  await inFolder(async (folder) => {
    const data = join(folder, "data");
    await Deno.mkdir(data);
    await Deno.writeFile(join(data, "a.jpg"), png(200, 100));
    const shapes = [{ label: "target", points: [[20, 10], [100, 10], [100, 60]] }];
    await Deno.writeTextFile(
      join(data, "a.json"),
      JSON.stringify({ text: ["the cup", "it"], is_sentence: true, shapes }),
    );
    const { notes } = await initFrom(join(folder, "t"), `lisa:${data},held-out=1`);
    assert.match(notes.join("\n"), /^2 questions have a mask, which JSONL cannot hold/);
  });
});
