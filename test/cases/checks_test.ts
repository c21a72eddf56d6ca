import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { embeddedModel } from "../../data/emoji/model_folder.ts";
import { main } from "../../pipeline/cli/main.ts";
import { openData } from "../../pipeline/open/open_data.ts";
import { openModelFolder } from "../../stages/model/folder/model_folder.ts";
import { encodePrompt } from "../../stages/model/prompt_tokens.ts";
import { casePath, questionsOf } from "../support/cases.ts";
import { inFolder } from "../support/in_folder.ts";
import { heard } from "../support/heard.ts";
import { TEN_PHOTOS, writeLabelled } from "../support/labelled_photos.ts";

/** What `check-data` says, and whether it found something. */
async function check(...args: string[]): Promise<{ code: number; text: string }> {
  const { code, said } = await heard(() => main(["check-data", ...args]));
  return { code, text: said.join("\n") };
}

const tools = await openModelFolder(await embeddedModel());
tools.close();

/** The first error that training on the data would end with; `undefined` if there is none. */
async function trainFault(data: string): Promise<string | undefined> {
  try {
    const { train, heldOut } = await openData(data, { seed: 0, prompts: "short" });
    for (const source of [train, heldOut]) {
      for (let i = 0; i < source.size; i++) encodePrompt(await source.question(i), tools);
    }
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function agree(data: string, name: string): Promise<string | undefined> {
  const fault = await trainFault(`${data},held-out=1`);
  await inFolder(async (out) => {
    const { code, text } = await check(
      "--data",
      `${data},held-out=1`,
      "--out",
      join(out, "x"),
    );
    assert.equal(code === 0, fault === undefined, `${name}: ${fault}\n${text}`);
    if (fault !== undefined) {
      assert.ok(text.includes(fault.slice(0, 40)), `${name}: ${fault}\n${text}`);
    }
  });
  return fault;
}

Deno.test("check-data and train agree on images as people have them", async () => {
  const folder = casePath("16_pictures");
  const bad: string[] = [];
  for (
    const { name } of [...Deno.readDirSync(folder)].sort((a, b) =>
      a.name < b.name ? -1 : 1
    )
  ) {
    if (!name.endsWith(".jsonl")) continue;
    if (await agree(`jsonl:${join(folder, name)}`, name) !== undefined) {
      bad.push(name.replace(".jsonl", ""));
    }
  }
  assert.deepEqual(bad, [
    ...["bmp.bmp", "clip.mp4", "empty.jpg", "html.jpg", "huge.jpg", "no_eoi.jpg"],
    ...["strip.png", "truncated.jpg"],
  ]);
});

Deno.test("bad images are skipped if that is asked, and nothing else is", async () => {
  const path = join(casePath("16_pictures"), "strip.png.jsonl");
  const { train } = await openData(`jsonl:${path},held-out=1`, {
    ...{ seed: 0, prompts: "short", onBadImage: "skip" },
  });
  assert.equal((await train.question(0)).images[0]!.height > 8, true);
  await inFolder(async (folder) => {
    const lines = '{"image": "0.jpg", "category": "cup", "boxes": [[0, 0, 999, 20]]}';
    await Deno.copyFile(casePath("14_labelme/0.jpg"), join(folder, "0.jpg"));
    await Deno.writeTextFile(join(folder, "x.jsonl"), lines);
    await assert.rejects(
      openData(`${join(folder, "x.jsonl")},held-out=1`, {
        ...{ seed: 0, prompts: "short", onBadImage: "skip" },
      }),
      /x\.jsonl, line 1: box 1 ends at 312 % of the width: clip it/,
    );
  });
});

Deno.test("check-data and train agree on lines of every kind", async () => {
  const image = "0.jpg";
  const good = { image, label: "red" };
  const lines: [string, object, boolean][] = [
    ["a label", good, true],
    ["a fenced answer", {
      image,
      problem: "Locate every cup",
      solution: '```json\n[{"bbox_2d": [1, 2, 30, 40], "label": "cup"}]\n```',
    }, true],
    [
      "boxes from 0 to 1",
      { image, category: "cup", boxes: [[0.1, 0.2, 0.5, 0.6]] },
      false,
    ],
    ["a box outside", { image, category: "cup", boxes: [[1, 2, 3000, 40]] }, false],
    ["inverted corners", { image, category: "cup", boxes: [[40, 50, 20, 10]] }, false],
    ["a label with braces", { image, label: "{cup}" }, false],
    ["a label of two lines", { image, label: "cup\nbowl" }, false],
    ["a label with tags", { image, label: "<b>cup</b>" }, false],
    ["a placeholder", { image, problem: "<|image_pad|>What?", solution: "cup" }, false],
    ["too many tags", { image, problem: "<image><image>What?", solution: "cup" }, false],
    ["a tag in the middle", { image, problem: "Is <image> red?", solution: "yes" }, true],
    ["a video", { image, video: "x.mp4", label: "red" }, false],
    ["a missing image", { image: "none.jpg", label: "red" }, false],
    ["an image elsewhere", { image: "../none.jpg", label: "red" }, false],
    ["two frames", {
      image,
      problem: "Where is the cup, between 0 and 1000?",
      solution: "[1, 2, 30, 40]",
    }, false],
    ["a sentence with a box", {
      image,
      problem: "Where?",
      solution: "It is at [1, 2, 3, 4].",
    }, false],
    ["a broken list", { image, problem: "Where?", solution: "[1, 2, 3" }, false],
    ["boxes of two things", {
      image,
      problem: "Detect all",
      solution:
        '[{"bbox": [1, 2, 3, 4], "label": "a"}, {"bbox": [1, 2, 3, 4], "label": "b"}]',
    }, false],
    ["no answer", { image, problem: "Where?" }, false],
    ["a system message", {
      image,
      messages: [{ role: "system", content: "Be brief." }, {
        role: "user",
        content: "What?",
      }, { role: "assistant", content: "cup" }],
    }, true],
    ["several turns", {
      image,
      messages: [
        { role: "user", content: "What?" },
        { role: "assistant", content: "cup" },
        { role: "user", content: "And?" },
        { role: "assistant", content: "red" },
      ],
    }, false],
    ["a conversation out of order", {
      image,
      messages: [{ role: "assistant", content: "cup" }],
    }, false],
    ["a number", { image, problem: "How many?", number: 3 }, true],
    ["a choice that is none", {
      image,
      problem: "Which?",
      options: ["a", "b"],
      choice: "C",
    }, false],
    ["an unknown key", { image, label: "red", colour: 1 }, false],
    [
      "an image from the network",
      { image: "https://example.org/1.jpg", label: "red" },
      false,
    ],
  ];
  await inFolder(async (folder) => {
    await Deno.copyFile(casePath("14_labelme/0.jpg"), join(folder, image));
    for (const [name, line, isWell] of lines) {
      const path = join(folder, "x.jsonl");
      await Deno.writeTextFile(path, JSON.stringify(line));
      assert.equal(await agree(`jsonl:${path}`, name) === undefined, isWell, name);
    }
  });
});

Deno.test("boxes from 0 to 1 are found, and read if it is said", async () => {
  const { code, text } = await check("--data", casePath("12_unit_boxes/train.jsonl"));
  assert.equal(code, 2);
  assert.match(
    text,
    /all 6 boxes lie within 0 to 1: they are shares .*; write frame=unit/,
  );
  await inFolder(async (folder) => {
    const path = join(folder, "labels.csv");
    await Deno.writeTextFile(
      path,
      "image,label,x1,y1,x2,y2\n1.png,cup,0.1,0.1,0.5,0.5\n",
    );
    const { text } = await check("--data", path);
    assert.match(text, /shares of the image's sides; write frame=unit/);
  });
});

Deno.test("a size that is another image's stops train and is found; a scaled copy does not", async () => {
  await questionsOf("15_coco_resized/instances_train.json");
  await inFolder(async (folder) => {
    const path = await writeLabelled("coco", folder, TEN_PHOTOS.slice(0, 2));
    const turned = {
      create: { width: 80, height: 100, channels: 3, background: "red" },
    } as const;
    // Stored upright at 80 x 100 and seen at 100 x 80 is 0.jpg; this one is seen at 80 x 100.
    await sharp(turned).jpeg().toFile(join(folder, "images", "0.jpg"));
    const fault = await agree(`coco:${path}`, "swapped");
    assert.match(
      fault!,
      /80 x 100 pixels, the file says 100 x 80: it is turned by its EXIF/,
    );
    await sharp({ create: { ...turned.create, width: 90, height: 80 } }).jpeg()
      .toFile(join(folder, "images", "0.jpg"));
    assert.match(
      (await agree(`coco:${path}`, "another"))!,
      /90 x 80 pixels, the file says 100 x 80: the labels are those of another image/,
    );
  });
});

Deno.test("corners that are taken for width and height reach out of the image, and are found", async () => {
  await inFolder(async (folder) => {
    const path = await writeLabelled("coco", folder, TEN_PHOTOS.slice(0, 2));
    const json = JSON.parse(await Deno.readTextFile(path));
    for (const one of json.annotations) {
      const [x, y, w, h] = one.bbox;
      one.bbox = [x, y, x + w + 60, y + h + 60];
    }
    await Deno.writeTextFile(path, JSON.stringify(json));
    assert.match(
      (await agree(`coco:${path}`, "xyxy"))!,
      /ends at \d+ % of the width.*corners where width and height are expected/,
    );
  });
});

Deno.test("different kinds of truth under one prompt, and odd names, are flagged", async () => {
  await inFolder(async (folder) => {
    await Deno.copyFile(casePath("14_labelme/0.jpg"), join(folder, "0.jpg"));
    const image = "0.jpg", problem = "What is it?";
    const lines = [
      { image, problem, solution: "(10,20),(30,40)" },
      { image, problem, solution: "a cup" },
      {
        image,
        label: "this is not a label but a whole sentence about what the image shows us",
      },
    ];
    const path = join(folder, "x.jsonl");
    await Deno.writeTextFile(path, lines.map((line) => JSON.stringify(line)).join("\n"));
    const { code, text } = await check(
      "--data",
      `${path},held-out=1`,
      "--out",
      join(folder, "o"),
    );
    assert.equal(code, 1);
    assert.match(text, /odd name: 1\n {2}"this is not a label/);
    assert.match(
      text,
      /mixed truth: 1\n {2}the prompt "What is it\?" has .*: grounding at x\.jsonl, line 1, class/,
    );
  });
});

Deno.test("images that lines share stay on one side of a split", async () => {
  // Each line shares an image with the next: they are one group, which is learnt from.
  const path = casePath("20_multi_image/train.jsonl");
  const { train, heldOut } = await openData(`${path},held-out=0.4`, {
    ...{ seed: 0, prompts: "short" },
  });
  assert.deepEqual([train.size, heldOut.size], [6, 0]);
});

Deno.test("check-data --config checks all that train reads with the file", async () => {
  await inFolder(async (folder) => {
    await Deno.copyFile(casePath("14_labelme/0.jpg"), join(folder, "0.jpg"));
    await Deno.copyFile(casePath("14_labelme/1.jpg"), join(folder, "1.jpg"));
    const write = (name: string, line: object) =>
      Deno.writeTextFile(join(folder, name), JSON.stringify(line));
    await write("train.jsonl", { image: "0.jpg", label: "red" });
    await write("test.jsonl", { image: "none.jpg", label: "red" });
    await write("probe.jsonl", { image: "1.jpg", label: "red" });
    const at = (name: string) => `jsonl:${join(folder, name)},held-out=1`;
    const config = join(folder, "config.json");
    await Deno.writeTextFile(
      config,
      JSON.stringify({
        data: at("train.jsonl"),
        testData: at("test.jsonl"),
        probe: [`known=${at("probe.jsonl")}`],
      }),
    );
    const { code, text } = await check("--config", config, "--out", join(folder, "out"));
    assert.equal(code, 1);
    assert.match(text, /test\.jsonl, line 1: none\.jpg: there is no such file/);
    assert.equal(text.split("All is well.").length - 1, 2);
  });
});
