/** What a data set may hold, reader by reader: told by file, place, value and remedy. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { openArrow } from "../../../data/formats/arrow.ts";
import { openCoco } from "../../../data/formats/coco.ts";
import { exampleRows } from "../../../data/formats/examples.ts";
import { openJsonl } from "../../../data/formats/jsonl.ts";
import { readLisaRegion, regionMask } from "../../../data/formats/lisa.ts";
import { openParquet } from "../../../data/formats/parquet.ts";
import { PROMPT_SETS } from "../../../data/questions/prompt.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";
import { COCO } from "../../support/made_coco.ts";
import { putStream, soundStream } from "../../support/arrow_stream.ts";
import { lines, makePipe, put } from "../../support/made_files.ts";
import { parquet } from "../../support/made_parquet.ts";
import { inFolder } from "../../support/in_folder.ts";

const readers = { readTruth: parseSolution, prompts: PROMPT_SETS.paper };

Deno.test("a line's names, boxes, pictures and texts have limits", async (t) => {
  const image = "a.png";
  const cases: [string, object, RegExp][] = [
    ["label", { image, label: "a".repeat(4097) }, /\.label must be at most 4096/],
    ["pictures", { image: Array(17).fill(image), label: "a" }, /a list of 1 to 16/],
    [
      "boxes",
      { image, category: "c", boxes: Array(10_001).fill([0, 0, 1, 1]) },
      /\.boxes must be a list of at most 10000 boxes/,
    ],
    [
      "instruction",
      { image, instruction: "a".repeat(16_385), box: [0, 0, 1, 1] },
      /\.instruction must be at most 16384 characters/,
    ],
    [
      "token",
      { image, instruction: "see <|image_pad|>", box: [0, 0, 1, 1] },
      /the prompt contains <\|image_pad\|>, which stands for an image or a video: remove it/,
    ],
    [
      "numbers",
      { image, instruction: "it", box: [0, 0, 1, 1e10] },
      /\.box\[3\] must be a number within ±1000000000/,
    ],
  ];
  for (const [name, row, message] of cases) {
    await t.step(name, () =>
      inFolder(async (folder) => {
        const path = await put(folder, "t.jsonl", lines([{ image, label: "ok" }, row]));
        await assert.rejects(openJsonl(path, readers), (error: Error) => {
          assert.ok(error.message.startsWith(`${path}, line 2`), error.message);
          assert.match(error.message, message);
          assert.ok(error.message.length < 300);
          return true;
        });
      }));
  }
});

Deno.test("a JSONL file is a regular file in UTF-8, and errors quote little of it", () =>
  inFolder(async (folder) => {
    await makePipe(join(folder, "pipe"));
    await assert.rejects(
      openJsonl(join(folder, "pipe"), readers),
      /pipe: it is a folder, pipe or device; give the path of a JSONL file/,
    );
    const path = join(folder, "t.jsonl");
    await Deno.writeFile(path, Uint8Array.of(0x22, 0xff, 0x22));
    await assert.rejects(openJsonl(path, readers), /t\.jsonl, line 1: it is not UTF-8/);
    const long = "k".repeat(1e6);
    for (
      const text of [
        lines([{ image: "a.png", label: "x", [long]: 1 }]),
        lines([{ image: "a.png", [long]: 1 }]),
        lines([{ image: long, label: "x" }]),
        lines([{ image: "a.png", label: `{${long}` }]),
      ]
    ) {
      await Deno.writeTextFile(path, text);
      await assert.rejects(openJsonl(path, readers), (error: Error) => {
        assert.ok(error.message.length < 400, `${error.message.length} characters`);
        return true;
      });
    }
  }));

Deno.test("annotations have no more boxes in a picture than can be matched", () =>
  inFolder(async (folder) => {
    const annotations = Array(10_001).fill(COCO.annotations[0]);
    const path = await put(folder, "x.json", JSON.stringify({ ...COCO, annotations }));
    const options = { prompts: readers.prompts, absent: 0 };
    await assert.rejects(openCoco(path, options), {
      name: "RangeError",
      message: `${path}: annotations[10000]: image 0 has more than 10000 boxes of one ` +
        "category: mark them as a crowd, or leave the image out",
    });
    annotations.length = 10_000;
    await Deno.writeTextFile(path, JSON.stringify({ ...COCO, annotations }));
    assert.equal((await openCoco(path, options)).size, 1);
  }));

Deno.test("an element of annotations has no more than 16 MiB", () =>
  inFolder(async (folder) => {
    const path = await put(folder, "x.json", `{"images":["${"a".repeat(2 ** 24)}"]}`);
    await assert.rejects(
      openCoco(path, { prompts: readers.prompts, absent: 0 }),
      /x\.json: images\[0\] at byte \d+ has more than the 16777216 bytes/,
    );
    await makePipe(join(folder, "pipe"));
    await assert.rejects(
      openCoco(join(folder, "pipe"), { prompts: readers.prompts, absent: 0 }),
      /pipe is a named pipe/,
    );
  }));

Deno.test("LISA's outlines have a number of points and polygons that can be drawn", () => {
  const region = (points: number[][], times = 1) => ({
    text: ["it"],
    shapes: Array(times).fill({ points }),
  });
  const square = [[0, 0], [9, 0], [9, 9]];
  const read = (json: unknown) => readLisaRegion(json, "1.json");
  assert.equal(read(region(square, 100)).polygons.length, 100);
  assert.throws(() => read(region(square, 101)), /1\.json: \.shapes has more than 100/);
  assert.throws(
    () => read(region(Array(5001).fill([1, 1]))),
    /\.shapes\[0\]\.points must be of at most 5000 points/,
  );
  assert.throws(() => regionMask(Array(30).fill([0, 0, 9, 9]), [10_000, 10_000]), {
    name: "RangeError",
    message: /^30 polygons cannot be drawn on 10000 x 10000 pixels/,
  });
});

Deno.test("parquet files that declare what they do not hold are refused by name", () =>
  inFolder(async (folder) => {
    const path = join(folder, "t.parquet");
    const opened = async (lies: Parameters<typeof parquet>[0]) => {
      await Deno.writeFile(path, parquet(lies));
      return exampleRows(await openParquet([path]), parseSolution);
    };
    assert.equal((await opened({})).size, 4);
    for (
      const [lies, message] of [
        [{ rows: 5 }, /it declares 5 rows, and its groups have 4/],
        [
          { groupRows: 2 ** 31 },
          /has 2147483648 rows; all files of a split may have 2000000/,
        ],
        [{ groupRows: 5 }, /a column has 4 values where 5 are declared/],
        [{ groupRows: -1 }, /its row group 0 declares -1 rows/],
        [
          { pageValues: 2 ** 31 - 1 },
          /a page declares 2147483647 values of a column of 4/,
        ],
        [{ unpackedBytes: 2 ** 31 - 1 }, /more than the 536870912 that are read/],
        [{ moreGroups: 1 }, /two columns lie at byte 4/],
        [{ schemaChildren: 9 }, /its schema ends too early/],
        [
          { shift: 1e9 },
          /its column image\.bytes is declared to lie at bytes 1000000004/,
        ],
        [{ codec: 9 }, /its compression 9 is unknown/],
        [{ encoding: 8 }, /a page lacks its dictionary/],
        [
          { problem: "a".repeat(16_385) },
          /row 0: the column problem has 16385 characters/,
        ],
        [{ problem: "<|image_pad|>" }, /row 0: the prompt contains <\|image_pad\|>/],
      ] as const
    ) {
      await assert.rejects(opened(lies), (error: Error) => {
        assert.match(error.message, message);
        assert.match(error.message, /t\.parquet/);
        return true;
      });
    }
    await makePipe(join(folder, "pipe.parquet"));
    await assert.rejects(openParquet([join(folder, "pipe.parquet")]), /is a named pipe/);
  }));

Deno.test("a split of Arrow streams names regular files beside it", () =>
  inFolder(async (folder) => {
    await putStream(folder, soundStream());
    assert.ok((await openArrow(folder)).texts.length > 0);
    for (
      const state of ["null", "7", "[]", '{"_data_files":7}', '{"_data_files":[null]}']
    ) {
      await put(folder, "state.json", state);
      await assert.rejects(openArrow(folder), /_data_files must name the Arrow files/);
    }
    await put(folder, "state.json", "[".repeat(1000));
    await assert.rejects(openArrow(folder), /state\.json/);
    await putStream(folder, new Uint8Array());
    await Deno.remove(join(folder, "data.arrow"));
    await makePipe(join(folder, "data.arrow"));
    await assert.rejects(openArrow(folder), /data\.arrow is a named pipe/);
  }));
