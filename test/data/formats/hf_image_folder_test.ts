import assert from "node:assert/strict";
import { openHfImageFolder } from "../../../data/formats/hf_image_folder.ts";
import { parseSolution } from "../../../stages/parse/parse_solution.ts";
import { askedOf, DETECTION } from "../../support/asked_of.ts";
import { inFolder } from "../../support/in_folder.ts";
import { type Content, putFiles } from "../../support/put_files.ts";

async function read(files: Readonly<Record<string, Content>>, names?: string) {
  let asked: readonly (readonly unknown[])[] = [];
  await inFolder(async (folder) => {
    await putFiles(folder, { "1.jpg": [100, 100], "2.jpg": [100, 100], ...files });
    const options = { ...DETECTION, readTruth: parseSolution, names };
    asked = await askedOf(await openHfImageFolder(folder, undefined, options));
  });
  return asked;
}

const line = (file_name: string, bbox: unknown, categories: unknown) =>
  JSON.stringify({ file_name, objects: { bbox, categories } }) + "\n";

Deno.test("objects are boxes of x, y, width and height, with names or numbers", async () => {
  const wanted = [["1.jpg", "bowl", [100, 200, 400, 600]]];
  const named = line("1.jpg", [[10, 20, 30, 40]], ["bowl"]) + line("2.jpg", [], []);
  const numbered = line("1.jpg", [[10, 20, 30, 40]], [1]);
  assert.deepEqual(await read({ "metadata.jsonl": "\uFEFF" + named }), wanted);
  assert.deepEqual(
    await read({ "metadata.jsonl": numbered, "names.txt": "cup\nbowl\n" }, "names.txt"),
    wanted,
  );
  const map = { "metadata.jsonl": numbered, "names.json": '{"1": "bowl"}' };
  assert.deepEqual(await read(map, "names.json"), wanted);
});

Deno.test("metadata.csv labels images", async () => {
  const csv = 'file_name,label\r\n1.jpg,"a, b"\r\n2.jpg,bowl\r\n';
  assert.deepEqual(await read({ "metadata.csv": csv }), [["1.jpg", "a, b"], [
    "2.jpg",
    "bowl",
  ]]);
});

Deno.test("what does not fit together is refused with its line", async () => {
  const box = [1, 2, 3, 4];
  const faults: [string, RegExp][] = [
    [
      line("1.jpg", [box], [1]),
      /line 1: \.objects\.categories\[0\] is 1, which names no class/,
    ],
    [line("1.jpg", [box], []), /line 1: \.objects must have as many bbox as categories/],
    [line("1.jpg", [[1, 2, 3]], ["a"]), /bbox\[0\] must be x, y, width and height/],
    [line("1.jpg", [box], ["a"]).repeat(2), /line 2: the image "1\.jpg" is listed twice/],
    [line("", [box], ["a"]), /line 1: \.file_name must name an image/],
    [
      '{"file_name": "1.jpg", "image": "2.jpg", "label": "a"}',
      /both file_name and image/,
    ],
    ["[1]", /line 1: it must be an object/],
    ["\n", /has no rows/],
  ];
  for (const [text, message] of faults) {
    await assert.rejects(read({ "metadata.jsonl": text }), message, text);
  }
  await assert.rejects(
    read(
      { "metadata.jsonl": line("1.jpg", [box], [1]), "n.txt": "cup\n\nbowl" },
      "n.txt",
    ),
    /names=n\.txt, line 2: it is empty/,
  );
});
