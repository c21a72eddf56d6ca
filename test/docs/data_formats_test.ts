/**
 * The examples of docs/data.md, tried: each is taken out of the page, written beside tiny images,
 * and read. A block says by `file=PATH` which file it is, or by `tree=FOLDER` which images there are.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { polygonMask } from "../../data/geometry/mask/polygon.ts";
import { FILE_KINDS } from "../../data/formats/file_spec.ts";
import type { Target } from "../../data/questions/question.ts";
import { openSides } from "../../pipeline/open/open_files.ts";
import { inFolder } from "../support/in_folder.ts";
import { png, put } from "../support/made_files.ts";
import { ROOT } from "../support/pages.ts";

const PAGE = Deno.readTextFileSync(join(ROOT, "docs/data.md"));
const BLOCK = /^```(\S+) (file|tree)=(\S+)\n([\s\S]*?)^```$/gm;
const blocks = [...PAGE.matchAll(BLOCK)].map(([, language, what, path, code]) => ({
  ...{ language: language!, what: what!, path: path!, code: code! },
}));

const cup = { x1: 100, y1: 250, x2: 500, y2: 750 };
const detected = (category: string, ...boxes: (typeof cup)[]): Target => (
  { kind: "detection", category, boxes }
);
const label = (label: string): Target => ({ kind: "classification", label });
const region: Target = { kind: "grounding", box: cup };

/** What each example says: its kind of data and its questions. Images have 100 x 80 pixels. */
const EXPECTED: Readonly<Record<string, readonly [kind: string, ...Target[]]>> = {
  "own.jsonl": [
    "jsonl",
    detected("cup", cup, { x1: 520, y1: 263, x2: 900, y2: 875 }),
    { kind: "classification", label: "tiger lily", aliases: ["Lilium lancifolium"] },
    region,
  ],
  "kinds.jsonl": [
    "jsonl",
    { kind: "number", value: 2 },
    { kind: "choice", choice: "B", options: ["a cup", "a plate"] },
    { kind: "point", box: cup },
    { kind: "point", box: cup, mask: polygonMask([10, 20, 50, 20, 30, 60], [80, 100]) },
  ],
  "solutions.jsonl": [
    "jsonl",
    detected("cup", cup),
    detected("cup", cup),
    detected("cup"),
  ],
  "conversations.jsonl": ["jsonl", label("red"), region, label("red")],
  "trainers.jsonl": ["jsonl", label("red"), region, label("blue")],
  "train.json": ["json", label("red")],
  "regions.json": ["json", region],
  "instances.json": ["coco", detected("cup", cup)],
  "lvis_v1_train.json": ["lvis", detected("cup", cup)],
  "yolo": [
    "yolo",
    detected("cup", cup),
    detected("plate", cup),
  ],
  "voc": ["voc", detected("cup", cup)],
  "labelme": ["labelme", detected("cup", cup), detected("plate", cup)],
  "labels.csv": [
    "csv",
    detected("cup", cup),
    detected("plate", { x1: 520, y1: 263, x2: 900, y2: 875 }),
  ],
  "semicolons.csv": ["csv", detected("cup", cup)],
  "bare.csv": ["csv", detected("cup", cup)],
  "classes.csv": ["csv", label("cup"), label("plate")],
  "imagefolder": ["imagefolder", label("cup"), label("plate")],
  "objects": ["imagefolder", detected("cup", cup)],
  "folder": ["folder", label("cup"), label("cup"), label("plate")],
  "lisa": ["lisa", region, region],
};

/** Where the images of the examples are. */
const IMAGES = [
  ...["1.png", "2.png", "yolo/images/1.png", "yolo/images/2.png"],
  ...["voc/JPEGImages/1.png", "labelme/1.png", "imagefolder/1.png", "imagefolder/2.png"],
  ...["objects/1.png", "objects/2.png", "lisa/1.jpg", "images/1.png"],
];

/** Writes all examples of the page. */
async function putExamples(folder: string): Promise<void> {
  for (const path of IMAGES) await put(folder, path, png(100, 80));
  for (const { what, path, code } of blocks) {
    if (what === "file") await put(folder, path, code);
    else {
      for (const name of code.trim().split("\n")) {
        await put(folder, join(path, name), png(100, 80));
      }
    }
  }
}

async function targetsOf(data: string): Promise<Target[]> {
  const { train } = await openSides(`${data},held-out=0`, "paper");
  const rows = Array.from({ length: train.size }, (_, i) => train.row(i));
  return (await Promise.all(rows)).map(({ target }) => target);
}

Deno.test("each example of docs/data.md is read as the page says, its kind guessed", async (t) => {
  await inFolder(async (folder) => {
    await putExamples(folder);
    for (const [path, [kind, ...targets]] of Object.entries(EXPECTED)) {
      await t.step(path, async () => {
        const given = kind === "lisa" ? "lisa:" : "";
        const { spec } = await openSides(
          `${given}${join(folder, path)},held-out=0`,
          "paper",
        );
        assert.equal(spec.kind, kind);
        const found = await targetsOf(`${kind}:${join(folder, path)}`);
        const rounded = JSON.parse(
          JSON.stringify(found),
          (_, value) => typeof value === "number" ? Number(value.toFixed(9)) : value,
        );
        assert.deepEqual(rounded, targets);
      });
    }
  });
});

Deno.test("every example of the page is tried, and every kind has one of at most a few lines", () => {
  const written = new Set(blocks.map(({ path }) => path.split("/")[0]!));
  assert.deepEqual([...written].sort(), Object.keys(EXPECTED).sort());
  const kinds = new Set(Object.values(EXPECTED).map(([kind]) => kind));
  // Python writes these two; the fixtures are what it has written.
  for (const kind of ["parquet", "arrow"]) kinds.add(kind);
  assert.deepEqual([...kinds].sort(), [...FILE_KINDS].sort());
  for (const kind of FILE_KINDS) {
    assert.ok(PAGE.includes(`| \`${kind}\``) || kind === "lvis", kind);
  }
  for (const { code } of blocks) assert.ok(code.trim().split("\n").length <= 4, code);
});
