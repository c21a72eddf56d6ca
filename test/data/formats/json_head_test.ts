import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { guessKind } from "../../../data/formats/guess_kind.ts";
import { insteadOfList, kindOfJson } from "../../../data/formats/json_head.ts";
import { openJsonList } from "../../../data/formats/json_list.ts";
import { openJsonl } from "../../../data/formats/jsonl.ts";
import { shortPrompt } from "../../../data/questions/prompt.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";
import { inFolder } from "../../support/in_folder.ts";

const options = { prompts: shortPrompt, readTruth: parseSolution };
const cat = '{"image": "1.jpg", "label": "cat"}';
const spread = JSON.stringify(JSON.parse(cat), null, 2);

const NOT_LISTS: readonly (readonly [text: string, reason: RegExp])[] = [
  [`${cat}\n${cat}\n`, /holds JSON lines.*write jsonl: before its path/],
  [`\uFEFF\n${cat}`, /holds JSON lines/],
  [`{"image": "1.jpg", "problem": "${"very ".repeat(2000)}long?"`, /holds JSON lines/],
  [`{"data": [${cat}]}`, /whose key "data" holds the questions: write the list alone/],
  [
    `{\n  "annotations": [\n    ${spread}]}`,
    /whose key "annotations" holds the questions/,
  ],
  ['["1.jpg", "2.jpg"]', /list of plain values/],
  ["[[1, 2, 3, 4]]", /list of plain values/],
  [spread, /one question over several lines/],
];

Deno.test("a JSON file that is no list of questions says what to write", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.json");
    for (const [text, reason] of NOT_LISTS) {
      await writeFile(path, text);
      await assert.rejects(guessKind(path), (error: Error) => {
        assert.match(error.message, reason, text);
        return error.message.startsWith(`data ${path}: `);
      });
      await assert.rejects(openJsonList(path, options), (error: Error) => {
        assert.match(error.message, reason, text);
        return error instanceof SyntaxError && error.message.startsWith(`${path}: `);
      });
    }
  });
});

Deno.test("JSON lines in a file called .json are read as jsonl", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.json");
    await writeFile(path, `${cat}\n${cat}\n`);
    assert.equal((await openJsonl(path, options)).size, 2);
  });
});

Deno.test("a list in a file called .jsonl says to write json:", async () => {
  await inFolder(async (folder) => {
    const path = join(folder, "x.jsonl");
    for (const text of [`[${cat}, ${cat}]`, `\n\n[\n${cat}]`, `["1.jpg"]`]) {
      await writeFile(path, text);
      await assert.rejects(
        openJsonl(path, options),
        /is a JSON list.*write json: before/,
      );
    }
    await writeFile(path, `[${cat}, ${cat}]`);
    assert.equal((await openJsonList(path, options)).size, 2);
  });
});

Deno.test("what other readers take is left to them", () => {
  for (
    const head of [
      `[${cat}]`,
      '{"images": [{"id": 1, "file_name": "1.jpg"}], "annotations": []}',
      '{"annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}',
      '{"categories": [{"id": 1, "name": "label"}]}',
      '{"info": {"description": "x"}}',
      '{"version": "5.0.1", "shapes": [{"label": "cat", "points": []}], "imagePath": "1.jpg"}',
      "[]",
      "",
    ]
  ) {
    assert.equal(insteadOfList(head), undefined, head);
  }
  assert.equal(kindOfJson('{"annotations": [{"id": 1'), "annotations");
  assert.equal(kindOfJson(`[${cat}]`), "list");
});
