/** Parquet and Arrow files of other writers and trainers, compared with what pyarrow reads. */
import assert from "node:assert/strict";
import { openArrow } from "../../data/formats/arrow.ts";
import type { ExampleTable } from "../../data/formats/examples.ts";
import { openParquet } from "../../data/formats/parquet.ts";
import { casePath, openCase, questionsOf } from "../support/cases.ts";
import { sha256 } from "../support/fixture_rows.ts";

interface ExpectedRow {
  readonly problem: string;
  readonly told: unknown;
  readonly images:
    readonly ({ readonly sha256?: string; readonly path?: string } | null)[];
}

type Expected = Readonly<Record<string, readonly ExpectedRow[]>>;

const readExpected = (folder: string): Expected =>
  JSON.parse(Deno.readTextFileSync(casePath(`${folder}/pyarrow.json`)));
const OF_CASES = readExpected("23_parquet");
const OF_LISTS = readExpected("30_lists_of_images");

/** Compares a table with the reference, from its last row to its first. */
async function compare(table: ExampleTable, rows: readonly ExpectedRow[]) {
  assert.equal(table.texts.length, rows.length);
  for (const [i, { problem, told, images }] of [...rows.entries()].reverse()) {
    const text = typeof told === "string" ? told : JSON.stringify(told);
    assert.deepEqual(table.texts[i], { problem, solution: text });
    assert.equal(table.images?.(i) ?? 1, images.length, `row ${i}`);
    for (const [at, expected] of images.entries()) {
      const image = await table.image(i, at);
      const found = image && {
        ...image.bytes && { sha256: sha256(image.bytes).slice(0, 16) },
        ...image.path !== undefined && { path: image.path },
      };
      assert.deepEqual(found, expected, `row ${i}, image ${at}`);
    }
  }
}

Deno.test("files of every compression and column type have the rows that pyarrow reads", async (t) => {
  assert.equal(Object.keys(OF_CASES).length, 16);
  for (const [name, rows] of Object.entries(OF_CASES)) {
    if (rows.length === 0) continue;
    await t.step(name, async () => {
      await compare(await openParquet([casePath(`23_parquet/${name}`)]), rows);
    });
  }
});

Deno.test("lists of images have the rows that pyarrow reads", async (t) => {
  for (const [name, rows] of Object.entries(OF_LISTS)) {
    if (name === "holes.parquet") continue;
    await t.step(name, async () => {
      const path = casePath(`30_lists_of_images/${name}`);
      const isParquet = name.endsWith(".parquet");
      await compare(isParquet ? await openParquet([path]) : await openArrow(path), rows);
    });
  }
});

Deno.test("every case of parquet gives its questions", async (t) => {
  const red = { kind: "classification", label: "red" };
  const one = { kind: "classification", label: "1" };
  for (const [name, rows] of Object.entries(OF_CASES)) {
    if (rows.length === 0 || name.startsWith("null_") || name.startsWith("sol_")) {
      continue;
    }
    await t.step(name, async () => {
      const questions = await questionsOf(`23_parquet/${name}`);
      assert.equal(questions.length, 6);
      for (const [i, { target, prompt, images }] of questions.entries()) {
        assert.deepEqual(target, name === "easyr1.parquet" ? one : red);
        assert.equal(prompt, rows[i]!.problem.replace(/^<image>/, ""));
        assert.deepEqual(images.map(({ width, height }) => [width, height]), [[
          320,
          240,
        ]]);
      }
    });
  }
});

Deno.test("a row of nulls is named, and none before it", async () => {
  await assert.rejects(openCase("23_parquet/null_row.parquet"), {
    name: "SyntaxError",
    message: "null_row.parquet, row 5: the column problem is null",
  });
});

Deno.test("questions have the images of their rows in order, each where its tag stands", async () => {
  const rows = OF_LISTS["structs.parquet"]!;
  for (const name of ["structs", "binary", "paths", "small_pages", "pages_v2"]) {
    const questions = await questionsOf(`30_lists_of_images/${name}.parquet`);
    let width = 30; // each image is a pixel wider than the one before it
    for (const [i, { images, prompt }] of questions.entries()) {
      assert.deepEqual(
        images.map(({ width }) => width),
        rows[i]!.images.map(() => width++),
      );
      assert.equal(prompt, rows[i]!.problem.replace(/^(<image>)+/, ""));
    }
    assert.equal(width, 40);
  }
});

Deno.test("a set of save_to_disk gives the questions of the parquet file", async () => {
  const disk = await questionsOf("30_lists_of_images/disk", "", "arrow:");
  const parquet = await questionsOf("30_lists_of_images/structs.parquet");
  const shown = (all: typeof disk) => all.map(({ id: _, ...rest }) => rest);
  assert.deepEqual(shown(disk), shown(parquet));
});

Deno.test("a row without images is refused, and a null among them is a bad image", async () => {
  await assert.rejects(openCase("30_lists_of_images/holes.parquet"), {
    name: "SyntaxError",
    message:
      "holes.parquet, row 1: it has 0 images, and a question has 1 to 16: remove the row",
  });
  const { train } = await openCase("30_lists_of_images/null_image.parquet");
  await assert.rejects(train.question(0), {
    message: "null_image.parquet, row 0, image 1: the image is null; remove the row",
  });
});

Deno.test("boxes in lists of lists are read as their text", async () => {
  const [first] = await questionsOf("30_lists_of_images/nested.parquet", ",frame=pixels");
  assert.ok(first!.target.kind === "detection");
  assert.equal(first!.target.boxes.length, 2);
});

Deno.test("solutions that are numbers or lists are read as their text", async () => {
  const counts = await questionsOf("23_parquet/sol_int.parquet");
  for (const { target } of counts) {
    assert.deepEqual(target, { kind: "classification", label: "1" });
  }
  for (
    const { target } of await questionsOf("23_parquet/sol_int.parquet", ",truth=number")
  ) {
    assert.deepEqual(target, { kind: "number", value: 1 });
  }
  const regions = await questionsOf("23_parquet/sol_list.parquet");
  const expected = OF_CASES["sol_list.parquet"]!;
  for (const [i, { target }] of regions.entries()) {
    assert.ok(target.kind === "grounding");
    const { x1, y1, x2, y2 } = target.box;
    const pixels = [x1 * 0.32, y1 * 0.24, x2 * 0.32, y2 * 0.24].map(Math.round);
    assert.deepEqual(pixels, expected[i]!.told);
  }
});

Deno.test("a file without rows is refused in a sentence", async () => {
  await assert.rejects(openCase("23_parquet/zero_rows.parquet"), (error: Error) => {
    assert.match(error.message, /zero_rows\.parquet.* has no rows/);
    return true;
  });
});
