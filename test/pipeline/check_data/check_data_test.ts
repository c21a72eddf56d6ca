import assert from "node:assert/strict";
import { join } from "node:path";
import { decodeImage, encodePng } from "../../../data/pictures/image.ts";
import { main } from "../../../pipeline/cli/main.ts";
import type { DataReport } from "../../../pipeline/check_data/check_data.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { heard } from "../../support/heard.ts";
import { inFolder } from "../../support/in_folder.ts";

/** Runs the command; what it prints on either channel, and its exit code. */
async function run(...args: string[]) {
  const { code, said } = await heard(() => main(["check-data", ...args]));
  return { code, text: said.join("\n") };
}

const grey = (level: number) =>
  encodePng({ width: 40, height: 20, data: new Uint8Array(2400).fill(level) });

Deno.test("check-data finds what is wrong, names it, and exits with 1", async () => {
  await inFolder(async (folder) => {
    for (let i = 0; i < 8; i++) {
      await Deno.writeFile(join(folder, `${i}.png`), await grey(i));
    }
    await Deno.writeTextFile(join(folder, "8.png"), "no picture");
    await Deno.copyFile(join(folder, "0.png"), join(folder, "9.png"));
    const lines: object[] = [0, 1, 2, 3].map((i) => ({
      ...{ image: `${i}.png`, category: "tiger lily", boxes: [[1, 2, 30, 19]] },
    }));
    lines.push(
      { image: "4.png", category: "tigre lily", boxes: [] },
      { image: "5.png", category: "Tiger_Lily", boxes: [[1, 1, 5, 5]] },
      { image: "6.png", category: "rose", boxes: [[1, 1, 60, 10]] },
      { image: "8.png", category: "rose", boxes: [[1, 1, 5, 5]] },
    );
    const path = join(folder, "train.jsonl"), out = join(folder, "out");
    await Deno.writeTextFile(path, lines.map((line) => JSON.stringify(line)).join("\n"));
    const held = join(folder, "held.jsonl");
    await Deno.writeTextFile(
      held,
      '{"image": "9.png", "category": "rose", "boxes": [[1, 1, 5, 5]]}',
    );
    const data = `jsonl:${path},held-out=held.jsonl`;

    const { code, text } = await run("--data", data, "--out", out);
    assert.equal(code, 1);
    assert.match(
      text,
      /to learn from: 8 questions \(6 detection\); 6 images of 40 x 20 pixels/,
    );
    assert.match(text, /broken picture: 1\n {2}.*train\.jsonl, line 8: 8\.png/);
    assert.match(
      text,
      /wrong truth: 1\n {2}train\.jsonl, line 7: box 1 ends at 150 % of the width/,
    );
    assert.match(text, /mistyped name: 2\n/);
    assert.match(text, /"tigre lily" is there once: is "tiger lily" meant \(4\)\?/);
    assert.match(text, /"Tiger_Lily" is there once: is "tiger lily" meant \(4\)\?/);
    assert.match(
      text,
      /shared picture: 1\n {2}held\.jsonl, line 1: 9\.png is held out, and is the same image as train\.jsonl, line 1: 0\.png/,
    );
    assert.match(text, /\n5 things are wrong\.$/);

    const json = await run("--data", data, "--out", out, "--json");
    const report: DataReport & { examples: string[] } = JSON.parse(json.text);
    assert.equal(report.faults.length, 5);
    assert.equal(report.train.absent, 1);
    assert.equal(report.examples.length, 3);
    const { width, height, data: pixels } = await decodeImage(report.examples[0]!);
    assert.deepEqual([width, height], [640, 320]);
    // The left edge of the box from x = 1 of 40 is at 16 of 640, in yellow.
    const at = (160 * width + 16) * 3;
    assert.ok(pixels[at]! > 200 && pixels[at + 1]! > 180 && pixels[at + 2]! < 60);
  });
});

Deno.test("check-data exits with 0 where all is well, and with 2 where nothing can be opened", async () => {
  await inFolder(async (folder) => {
    const out = join(folder, "out");
    const well = await run(
      "--data",
      fixturePath("data/lisa/lisa_train_sft.json"),
      "--out",
      out,
    );
    assert.equal(well.code, 0, well.text);
    assert.match(well.text, /All is well\.$/);
    const path = join(folder, "x.jsonl");
    await Deno.writeTextFile(path, '{"image": "a.png"}');
    for (
      const args of [["--data", path], ["--data", "no.jsonl"], [], [
        "--data",
        "emoji:detection",
      ], ["--dta", "x"]]
    ) {
      const { code, text } = await run(...args);
      assert.equal(code, 2);
      assert.match(text, /^deno task check-data: .+$/);
      assert.ok(!text.includes("\n"), text);
    }
  });
});

Deno.test("check-data counts the questions with a reasoning, where there are any", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(join(folder, "1.png"), await grey(1));
    await Deno.writeFile(join(folder, "2.png"), await grey(2));
    const path = join(folder, "train.jsonl"), out = join(folder, "out");
    const check = async (...reasonings: (string | undefined)[]) => {
      const lines = reasonings.map((reasoning, i) =>
        JSON.stringify({ image: `${i + 1}.png`, label: "cat", reasoning })
      );
      await Deno.writeTextFile(path, lines.join("\n"));
      return (await run("--data", `${path},held-out=0.5`, "--out", out)).text;
    };
    assert.match(
      await check("Fur.", undefined),
      /\n1 of 2 questions hold a reasoning text\n/,
    );
    assert.match(
      await check("Fur.", "Paws."),
      /\n2 of 2 questions hold a reasoning text\n/,
    );
    assert.doesNotMatch(await check(undefined, undefined), /reasoning/);
  });
});

Deno.test("a size that differs from the file's is told", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(join(folder, "1.png"), await grey(9));
    const path = join(folder, "instances.json");
    await Deno.writeTextFile(
      path,
      JSON.stringify({
        images: [{ id: 1, width: 20, height: 40, file_name: "1.png" }],
        categories: [{ id: 1, name: "cat" }],
        annotations: [{ image_id: 1, category_id: 1, bbox: [0, 0, 5, 5] }],
      }),
    );
    const { code, text } = await run(
      "--data",
      `${path},held-out=0`,
      "--out",
      join(folder, "out"),
    );
    assert.equal(code, 1);
    assert.match(text, /image 1: the image has 40 x 20 pixels, the file says 20 x 40/);
  });
});
