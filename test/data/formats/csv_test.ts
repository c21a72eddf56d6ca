import assert from "node:assert/strict";
import { join } from "node:path";
import { openCsv } from "../../../data/formats/csv.ts";
import { askedOf, DETECTION } from "../../support/asked_of.ts";
import { inFolder } from "../../support/in_folder.ts";
import { putFiles } from "../../support/put_files.ts";

async function read(text: string): Promise<readonly (readonly unknown[])[]> {
  let asked: readonly (readonly unknown[])[] = [];
  await inFolder(async (folder) => {
    await putFiles(folder, {
      "1.jpg": [100, 100],
      "2.jpg": [100, 50],
      "labels.csv": text,
    });
    asked = await askedOf(await openCsv(join(folder, "labels.csv"), DETECTION));
  });
  return asked;
}

Deno.test("headers of TensorFlow, commas, semicolons and tabs, quotes and a byte order mark", async () => {
  const wanted = [["1.jpg", 'a "cup", blue', [100, 200, 300, 400]]];
  const head = ["filename", "width", "height", "class", "xmin", "ymin", "xmax", "ymax"];
  const line = ["1.jpg", "100", "100", '"a ""cup"", blue"', "10", "20", "30", "40"];
  for (const mark of [",", ";", "\t"]) {
    assert.deepEqual(
      await read(`\uFEFF${head.join(mark)}\r\n${line.join(mark)}\r\n`),
      wanted,
    );
  }
});

Deno.test("RetinaNet's six columns need no header, and four empty ones are no box", async () => {
  const asked = await read("1.jpg,10,20,30,40,cup\n2.jpg,,,,,\n1.jpg,50,20,60,40,cup\n");
  assert.deepEqual(asked, [["1.jpg", "cup", [100, 200, 300, 400], [500, 200, 600, 400]]]);
});

Deno.test("a label a line is classification", async () => {
  assert.deepEqual(await read("image,label\n1.jpg,cup\n2.jpg,bowl\n2.jpg,bowl\n"), [
    ["1.jpg", "cup"],
    ["2.jpg", "bowl"],
    ["2.jpg", "bowl"],
  ]);
});

Deno.test("nothing of a table is guessed", async () => {
  const head = "filename,class,xmin,ymin,xmax,ymax\n";
  const faults: [string, RegExp][] = [
    ["", /labels\.csv has no lines/],
    [head, /has a header and no lines/],
    [
      "image,label\n1.jpg,cup\n1.jpg,bowl\n",
      /line 3: "1\.jpg" is "bowl", and "cup" in another/,
    ],
    [
      "image,filename,label\n1.jpg,1.jpg,cup\n",
      /two columns for image: "image" and "filename"/,
    ],
    [
      "image,label,xmin,ymin\n1.jpg,cup,1,2\n",
      /its columns are "image", "label", "xmin"/,
    ],
    ["image,label\n,cup\n", /line 2: it names no image/],
    ["image,label\n1.jpg,\n", /line 2: "" is no label/],
    [head + "1.jpg,cup,1,2,3\n", /line 2/],
    [head + "1.jpg,cup,,,,\n", /line 2: x1 must be a number: it is ""/],
    [head + "1.jpg,,1,2,3,4\n", /line 2: "" is no name of a category/],
    [head + "1.jpg,cup,0x1,2,3,4\n", /line 2: x1 must be a number/],
    [
      "image,width,height,label,x1,y1,x2,y2\n1.jpg,9,9,a,1,2,3,4\n1.jpg,8,9,a,1,2,3,4\n",
      /line 3: its width is "8", and that of another line of the image is "9"/,
    ],
  ];
  for (const [text, message] of faults) await assert.rejects(read(text), message, text);
});
