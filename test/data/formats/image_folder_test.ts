import assert from "node:assert/strict";
import { join } from "node:path";
import { openImageFolder, splitsOfFolder } from "../../../data/formats/image_folder.ts";
import { decodePicture } from "../../../data/pictures/picture.ts";
import { paperPrompt } from "../../../data/questions/prompt.ts";
import { fixturePath, readFixture } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";

interface Expected {
  readonly imagefolder: {
    readonly labels: readonly string[];
    readonly rows: readonly {
      readonly split: string;
      readonly file: string;
      readonly label: string;
      readonly width: number;
      readonly height: number;
      readonly label_index: number;
    }[];
  };
}

const folder = fixturePath("data/imagefolder");
const { imagefolder: { labels, rows } } = readFixture<Expected>("data/expected.json");
const prompts = paperPrompt;

Deno.test("a folder of classes has the reference's rows, splits and order of labels", async () => {
  const splits = new Set(rows.map(({ split }) => split));
  assert.deepEqual(new Set(await splitsOfFolder(folder)), splits);
  for (const split of splits) {
    const set = await openImageFolder(folder, { prompts, split, subject: "plant" });
    const expected = rows.filter((row) => row.split === split);
    assert.equal(set.size, expected.length);
    assert.deepEqual(set.manifest.classes, labels);
    for (let i = 0; i < set.size; i++) {
      const { id, target, pictures, prompt } = await set.row(i);
      const row = expected.find(({ file }) => file === id)!;
      assert.deepEqual(target, { kind: "classification", label: row.label });
      assert.equal(labels.indexOf(row.label), row.label_index);
      const { width, height } = await decodePicture(pictures[0]!);
      assert.deepEqual([width, height], [row.width, row.height]);
      assert.match(prompt, /^This is an image containing a plant\. Please identify/);
    }
  }
});

Deno.test("class-name files: a list in the folders' order, or names by folder", async () => {
  await inFolder(async (root) => {
    for (const name of ["1", "2", "10"]) {
      await Deno.mkdir(join(root, name));
      await Deno.writeTextFile(join(root, name, "a.PNG"), "");
    }
    await Deno.writeTextFile(join(root, "names.txt"), "rose\r\n\n lily \niris\n");
    await Deno.writeTextFile(
      join(root, "names.json"),
      '{"10":"iris","1":"rose","2":"lily"}',
    );
    await Deno.writeTextFile(join(root, "short.json"), '["rose","lily"]');
    await Deno.writeTextFile(join(root, "lost.json"), '{"1":"rose","2":"lily"}');
    await Deno.writeTextFile(join(root, "wrong.json"), "[1, 2, 3]");
    for (const names of ["names.txt", "names.json"]) {
      const set = await openImageFolder(root, { prompts, names });
      const found = await Promise.all([0, 1, 2].map((i) => set.row(i)));
      assert.deepEqual(found.map(({ id }) => id), ["1/a.PNG", "2/a.PNG", "10/a.PNG"]);
      assert.deepEqual(set.manifest.classes, ["rose", "lily", "iris"]);
    }
    const open = (names: string) => openImageFolder(root, { prompts, names });
    await assert.rejects(open("short.json"), /has 2 names for 3 folders of classes/);
    await assert.rejects(open("lost.json"), /has no name for the folder "10"/);
    await assert.rejects(open("wrong.json"), SyntaxError);
    await assert.rejects(open("no.json"), /cannot be read/);
  });
});

Deno.test("a folder that cannot be used says why", async () => {
  await assert.rejects(openImageFolder(folder, { prompts }), /choose by split=/);
  await assert.rejects(openImageFolder(folder, { prompts, split: "tset" }), {
    name: "RangeError",
    message: /has no split "tset": it has test/,
  });
  await inFolder(async (root) => {
    await assert.rejects(
      openImageFolder(root, { prompts }),
      /has no images in folders/,
    );
    await assert.rejects(
      openImageFolder(join(root, "no"), { prompts }),
      /cannot be read/,
    );
  });
});
