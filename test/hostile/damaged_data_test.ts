/**
 * Small sound files with some bytes changed: each is read, or refused by a named error, and soon.
 *
 * 60 damaged files of each kind here; the environment variable DAMAGED says how many, and SEED
 * which: `DAMAGED=5000 SEED=1 deno test -A test/hostile/damaged_data_test.ts`.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { openArrow } from "../../data/formats/arrow.ts";
import { openCoco } from "../../data/formats/coco.ts";
import { exampleRows } from "../../data/formats/examples.ts";
import { openJsonl } from "../../data/formats/jsonl.ts";
import { openLisa } from "../../data/formats/lisa.ts";
import { openParquet } from "../../data/formats/parquet.ts";
import { BadImage, decodePicture, pictureOfBytes } from "../../data/pictures/picture.ts";
import { PROMPT_SETS } from "../../data/questions/prompt.ts";
import type { RowSet } from "../../data/formats/rows.ts";
import { parseSolution } from "../../stages/parse/parse_solution.ts";
import { fixturePath } from "../support/fixtures.ts";
import { COCO } from "../support/made_coco.ts";
import { putStream, soundStream } from "../support/arrow_stream.ts";
import { bytesOf, lines, png } from "../support/made_files.ts";
import { parquet } from "../support/made_parquet.ts";
import { inFolder } from "../support/in_folder.ts";

const RUNS = Number(Deno.env.get("DAMAGED") ?? 60);
const SEED = Number(Deno.env.get("SEED") ?? 20_261_127);
/** Milliseconds that reading one small file may take, on a busy machine too. */
const DEADLINE = 5000;
/** Bytes of memory that reading all of them may add. */
const MEMORY = 2 ** 30;

const readers = {
  readTruth: parseSolution,
  prompts: PROMPT_SETS.paper,
};

/** Asks for the first rows of a set and for their pictures. */
async function readRows(rows: RowSet): Promise<void> {
  for (let i = 0; i < Math.min(rows.size, 4); i++) {
    rows.picture(i);
    rows.category(i);
    try {
      const { pictures, mask } = await rows.row(i);
      for (const picture of pictures) await decodePicture(picture);
      mask?.();
    } catch (error) {
      checkError(error);
    }
  }
}

/** Errors that JavaScript makes of a mistake, not the project of a file. */
const UNNAMED =
  /call stack|Cannot (read|convert|destructure)|is not (a function|iterable|defined)|undefined|allocation failed|Invalid (array|string|typed array) length/;

function checkError(error: unknown): void {
  assert.ok(error instanceof Error, `${error}`);
  const isKnown = error instanceof BadImage || error instanceof SyntaxError ||
    error instanceof RangeError || error.constructor === Error ||
    error instanceof TypeError;
  assert.ok(isKnown, error.stack);
  assert.doesNotMatch(error.message, UNNAMED, error.stack);
  assert.ok(error.message.length < 1500, `${error.message.length} characters`);
}

/** Some bytes of a file changed, some of its end cut off, or a piece of it put elsewhere. */
function damaged(sound: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const place = fc.nat(2 ** 30 - 1).map((n) => n / 2 ** 30);
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff));
  return fc.record({
    changes: fc.array(fc.tuple(place, byte), { minLength: 1, maxLength: 8 }),
    // Descriptions stand at the end of parquet, at the beginning of most others.
    tail: fc.boolean(),
    cut: fc.option(place, { freq: 6 }),
    moved: fc.option(fc.tuple(place, place, fc.nat(64)), { freq: 4 }),
  }).map(({ changes, tail, cut, moved }) => {
    const bytes = sound.slice() as Uint8Array<ArrayBuffer>;
    const range = Math.min(bytes.length, tail ? 1500 : bytes.length);
    for (const [at, value] of changes) {
      bytes[bytes.length - range + Math.floor(at * range)] = value;
    }
    if (moved !== null) {
      const [from, to, length] = moved;
      bytes.copyWithin(
        Math.floor(to * bytes.length),
        Math.floor(from * bytes.length),
        Math.floor(from * bytes.length) + length,
      );
    }
    return cut === null ? bytes : bytes.slice(0, Math.floor(cut * bytes.length));
  });
}

const picture = (format: "png" | "jpeg" | "webp" | "gif" | "tiff") =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: "red" } })
    .toFormat(format).toBuffer();

interface Kind {
  readonly sound: () => Promise<Uint8Array> | Uint8Array;
  /** Reads the file, which lies in the folder as `file` or is to be put there. */
  readonly read: (folder: string, bytes: Uint8Array) => Promise<void>;
}

const inFile =
  (name: string, open: (path: string) => Promise<RowSet>): Kind["read"] =>
  async (folder, bytes) => {
    await Deno.writeFile(join(folder, name), bytes);
    await readRows(await open(join(folder, name)));
  };
const decoded: Kind["read"] = async (_, bytes) => {
  await decodePicture(pictureOfBytes("damaged", bytes));
};
const examples = async (path: string) =>
  exampleRows(await openParquet([path]), parseSolution);

const KINDS: Readonly<Record<string, Kind>> = {
  JSONL: {
    sound: () =>
      bytesOf(lines([
        { image: "a.png", label: "cat", aliases: ["Felis"] },
        { image: ["a.png"], category: "cat", boxes: [[1, 2, 30, 40]], id: 7 },
        { image: "a.png", instruction: "the left one", box: [1, 2, 30, 40] },
        { image: "a.png", problem: "How many?", solution: "<answer>3</answer>" },
      ])),
    read: inFile("t.jsonl", (path) => openJsonl(path, readers)),
  },
  parquet: { sound: () => parquet(), read: inFile("t.parquet", examples) },
  "parquet, zstd": {
    sound: () => Deno.readFile(fixturePath("data/parquet_variants/zstd.parquet")),
    read: inFile("t.parquet", examples),
  },
  "parquet, version 2": {
    sound: () =>
      Deno.readFile(
        fixturePath("data/parquet_variants/zstd_pages_v2_no_dictionary.parquet"),
      ),
    read: inFile("t.parquet", examples),
  },
  "parquet, lists of images": {
    sound: () => Deno.readFile(fixturePath("cases/30_lists_of_images/pages_v2.parquet")),
    read: inFile("t.parquet", examples),
  },
  Arrow: {
    sound: soundStream,
    read: async (folder, bytes) => {
      await putStream(folder, bytes);
      await readRows(exampleRows(await openArrow(folder), parseSolution));
    },
  },
  "Arrow, lists of images": {
    sound: () =>
      Deno.readFile(
        fixturePath("cases/30_lists_of_images/disk/data-00000-of-00001.arrow"),
      ),
    read: async (folder, bytes) => {
      await putStream(folder, bytes);
      await readRows(exampleRows(await openArrow(folder), parseSolution));
    },
  },
  COCO: {
    sound: () => bytesOf(JSON.stringify(COCO)),
    read: inFile(
      "x.json",
      (path) => openCoco(path, { prompts: readers.prompts, absent: 0.3 }),
    ),
  },
  LISA: {
    sound: () =>
      bytesOf(JSON.stringify({
        text: ["the left one"],
        shapes: [{ label: "target", points: [[1, 1], [30, 2], [20, 30]] }],
      })),
    read: async (folder, bytes) => {
      await Deno.writeFile(join(folder, "a.json"), bytes);
      await readRows(await openLisa(folder, readers));
    },
  },
  PNG: { sound: () => picture("png"), read: decoded },
  JPEG: { sound: () => picture("jpeg"), read: decoded },
  WebP: { sound: () => picture("webp"), read: decoded },
  GIF: { sound: () => picture("gif"), read: decoded },
  TIFF: { sound: () => picture("tiff"), read: decoded },
};

Deno.test("damaged files are read or refused by name, and soon", async (t) => {
  for (const [kind, { sound, read }] of Object.entries(KINDS)) {
    await t.step(kind, () =>
      inFolder(async (folder) => {
        await Deno.writeFile(join(folder, "a.png"), png(64, 64));
        const whole = await sound();
        await read(folder, whole); // the sound file is
        const memory = Deno.memoryUsage().rss;
        let refused = 0;
        await fc.assert(
          fc.asyncProperty(damaged(whole), async (bytes) => {
            const start = performance.now();
            try {
              await read(folder, bytes);
            } catch (error) {
              refused++;
              checkError(error);
            }
            const time = performance.now() - start;
            assert.ok(time < DEADLINE, `it took ${time} ms`);
          }),
          { numRuns: RUNS, seed: SEED },
        );
        const grown = Deno.memoryUsage().rss - memory;
        assert.ok(grown < MEMORY, `${grown} bytes more`);
        assert.ok(refused > RUNS / 20, `${refused} of ${RUNS} refused`);
      }));
  }
});
