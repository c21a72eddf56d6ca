import assert from "node:assert/strict";
import {
  exampleRows,
  type ExampleTable,
  storedPicture,
} from "../../../data/formats/examples.ts";
import { openArrow } from "../../../data/formats/arrow.ts";
import { openParquet } from "../../../data/formats/parquet.ts";
import { BadImage, decodePicture } from "../../../data/pictures/picture.ts";
import { formatSolution } from "../../../stages/parse/format_solution.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";
import { fixturePath } from "../../support/fixtures.ts";
import { inFolder } from "../../support/in_folder.ts";
import { EXPECTED, type ExpectedRow, sha256 } from "../../support/fixture_rows.ts";

const files = Object.entries(EXPECTED).filter(([name, { rows }]) =>
  name.endsWith(".parquet") && rows !== undefined
);

/** Compares a table with the reference row by row, from the last to the first. */
async function compare(table: ExampleTable, rows: readonly ExpectedRow[]) {
  assert.equal(table.texts.length, rows.length);
  for (let i = rows.length - 1; i >= 0; i--) {
    const expected = rows[i]!, where = `row ${i}`;
    assert.equal(table.texts[i]!.problem, expected.problem, where);
    assert.equal(table.texts[i]!.solution, expected.solution, where);
    const image = await table.image(i);
    assert.equal(image?.path ?? null, expected.path, where);
    assert.equal(image?.bytes?.length, expected.bytes_length, where);
    const picture = storedPicture(table, i);
    if (image?.bytes === undefined || expected.image_error !== undefined) {
      await assert.rejects(decodePicture(picture), (error: Error) => {
        assert.ok(error instanceof BadImage);
        const { file, row } = table.place(i);
        assert.match(error.message, new RegExp(`${file}, row ${row}`));
        return true;
      });
      continue;
    }
    assert.equal(sha256(image.bytes), expected.bytes_sha256, where);
    const { width, height, data } = await decodePicture(picture);
    assert.deepEqual([width, height], [expected.width, expected.height], where);
    if (expected.rgb_sha256 !== undefined) {
      assert.equal(sha256(data), expected.rgb_sha256, `${where}, ${expected.mode}`);
    }
  }
}

Deno.test("every parquet file has the reference's rows", async (t) => {
  assert.ok(files.length >= 8);
  for (const [name, { rows }] of files) {
    await t.step(name, async () => {
      await compare(await openParquet([fixturePath(`data/${name}`)]), rows!);
    });
  }
});

Deno.test("a folder of save_to_disk has the rows of the parquet file that it was made of", async () => {
  const [, { rows }] = files.find(([name]) => name.startsWith("virft_coco/"))!;
  await compare(await openArrow(fixturePath("data/virft_disk/train")), rows!);
});

Deno.test("shards are one table, and say where a row stands", async () => {
  const shards = files.filter(([name]) => name.startsWith("virft_cls_2shards/"));
  const paths = shards.map(([name]) => fixturePath(`data/${name}`)).sort();
  const table = await openParquet(paths);
  await compare(table, shards.flatMap(([, { rows }]) => rows!));
  const first = shards[0]![1].rows!.length;
  assert.equal(table.place(first).row, 0);
  assert.notEqual(table.place(first).file, table.place(0).file);
});

Deno.test("solutions are read by the parser of answers, and come back as they were", async () => {
  for (const [name, { rows }] of files) {
    if (rows!.some(({ solution }) => solution === null)) continue;
    const table = await openParquet([fixturePath(`data/${name}`)]);
    const source = exampleRows(table, parseSolution);
    for (const [i, { solution, problem }] of rows!.entries()) {
      const { target, prompt } = await source.row(i);
      assert.equal(formatSolution(target), solution);
      assert.equal(prompt, problem);
      if (target.kind === "detection") {
        assert.ok(problem.includes(`category '${target.category}' in the image`));
      }
    }
  }
});

Deno.test("a null text is an error that names file and row", async () => {
  const table = await openParquet([fixturePath("data/parquet_variants/nulls.parquet")]);
  assert.throws(() => exampleRows(table, parseSolution), {
    name: "SyntaxError",
    message: `nulls.parquet, row ${
      EXPECTED["parquet_variants/nulls.parquet"]!.rows!.findIndex((row) =>
        row.solution === null
      )
    }: the column solution is null`,
  });
});

Deno.test("a broken parquet file is one clear error that names it", async (t) => {
  const broken = Object.entries(EXPECTED)
    .filter(([name, { must_fail }]) => must_fail && name.endsWith(".parquet"));
  assert.ok(broken.length >= 4);
  for (const [name] of broken) {
    await t.step(name, async () => {
      const path = fixturePath(`data/${name}`);
      await assert.rejects(openParquet([path]), (error: Error) => {
        assert.ok(error instanceof SyntaxError);
        assert.ok(error.message.startsWith(path), error.message);
        assert.match(error.message, /is not a complete parquet file: .+; fetch or write/);
        return true;
      });
    });
  }
});

Deno.test("an Arrow stream that ends early is an error that names the byte", async () => {
  await inFolder(async (folder) => {
    const from = fixturePath("data/virft_disk/train");
    await Deno.copyFile(`${from}/state.json`, `${folder}/state.json`);
    const { _data_files: [{ filename }] } = JSON.parse(
      await Deno.readTextFile(`${folder}/state.json`),
    );
    const whole = await Deno.readFile(`${from}/${filename}`);
    for (const share of [0, 0.01, 0.5, 0.9]) {
      const bytes = whole.subarray(0, Math.floor(whole.length * share));
      await Deno.writeFile(`${folder}/${filename}`, bytes);
      await assert.rejects(openArrow(folder), {
        name: "SyntaxError",
        message: /is not a complete Arrow stream: it (ends at byte|has) \d+/,
      });
    }
  });
});
