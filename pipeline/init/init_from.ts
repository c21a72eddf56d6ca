import { basename, join } from "node:path";
import { canonicalJson } from "../../data/files/canonical_json.ts";
import { isThere } from "../../data/files/is_there.ts";
import { writeFolder } from "../../data/files/write_folder.ts";
import { OPTIONS_OF, parseFileSpec } from "../../data/formats/file_spec.ts";
import type { Row, RowSource } from "../../data/formats/rows.ts";
import type { TruthReader } from "../../data/formats/truth.ts";
import { joinSpec, specFault, splitSpec } from "../../data/questions/spec.ts";
import { parseSolution } from "../../stages/parse/parse_solution.ts";
import { type FileSides, openSides } from "../open/open_files.ts";
import { type CopiedPictures, copiedPictures } from "./copied_pictures.ts";
import { checkUnused } from "./init_task.ts";
import { starterConfig } from "./starter_config.ts";
import { readmeFrom } from "./readme_from.ts";
import { taskAsPrompt, writtenLine } from "./written_line.ts";

/** What {@linkcode initFrom} has written. */
export interface WrittenTask {
  /** Questions in train.jsonl. */
  readonly train: number;
  /** Questions in held-out.jsonl; none if the data is not divided. */
  readonly heldOut: number;
  /** Files in images/. */
  readonly images: number;
  /** What `--data` takes to read the task. */
  readonly data: string;
  /** What the user should know of the data, a sentence each. */
  readonly notes: readonly string[];
}

/** Options that have done their work once the questions are written. */
const DONE = new Set([
  ...["split", "held-out", "images", "held-out-images", "categories", "absent", "names"],
  ...["frame", "turns"],
]);

/**
 * Writes a folder for a task out of data of any kind that `train` reads: train.jsonl, and
 * held-out.jsonl if the data is divided, with the same questions, images/, config.json for
 * `--config`, and README.md.
 *
 * Boxes are written from 0 to 1000 and unrounded, so that each question is the one that the data
 * asks; this is checked before the folder gets its name. The folder is made whole or not at all.
 *
 * @param folder New or empty.
 * @param from Data as the option `data` names it.
 * @throws {Error} If the folder has something in it.
 * @throws {RangeError} If no line of JSONL says a question.
 * @throws As {@linkcode openSides} does, and if an image cannot be read.
 */
export async function initFrom(folder: string, from: string): Promise<WrittenTask> {
  await checkUnused(folder);
  await checkLocal(from);
  const sides = await undivided(from);
  const place = folder.replaceAll("\\", "/");
  const options = [["frame", "per-mille"], ...keptOptions(from)] as const;
  const spec = (file: string, more: readonly (readonly [string, string])[]) =>
    joinSpec({ head: `jsonl:${file}`, options: [...options, ...more] });
  const { share } = sides;
  const readTruth: TruthReader = (problem, text) =>
    parseSolution(problem, text, sides.spec.options.truth);
  const heldOut = share === undefined ? "held-out.jsonl" : String(share);
  const data = spec(`${place}/train.jsonl`, [["held-out", heldOut]]);
  let images: CopiedPictures | undefined, masks = 0;
  await writeFolder(folder, async (temporary) => {
    await Deno.mkdir(join(temporary, "images"));
    images = copiedPictures(join(temporary, "images"));
    const parts: [string, RowSource][] = [["train.jsonl", sides.train]];
    if (share === undefined) parts.push(["held-out.jsonl", sides.heldOut]);
    for (const [name, source] of parts) {
      masks += await writeLines(join(temporary, name), source, images, readTruth);
      await checkSame(spec(join(temporary, name), [["held-out", "1"]]), source);
    }
    await Deno.writeTextFile(join(temporary, "config.json"), starterConfig(data));
    const lines = await Deno.readTextFile(join(temporary, "train.jsonl"));
    const readme = readmeFrom({
      ...{
        folder: place,
        data,
        kind: sides.spec.kind,
        source: basename(sides.spec.path),
      },
      ...{ line: lines.split("\n", 1)[0]!, share },
    });
    await Deno.writeTextFile(join(temporary, "README.md"), readme);
    // Writing takes minutes: what came into the folder meanwhile stays.
    await checkUnused(folder);
  });
  return {
    train: sides.train.size,
    heldOut: share === undefined ? sides.heldOut.size : 0,
    images: images!.count,
    data,
    notes: [
      ...sides.notes,
      ...masks > 0
        ? [
          `${masks} questions have a mask, which JSONL cannot hold: their boxes are kept`,
        ]
        : [],
    ],
  };
}

async function checkLocal(from: string): Promise<void> {
  const { path } = parseFileSpec(from);
  if (await isThere(path)) return;
  throw specFault(from, `there is no file or folder ${path}`);
}

/** Both sides of the data; all of it is to learn from if a share of the images is held out. */
async function undivided(from: string): Promise<FileSides> {
  const sides = await openSides(from, taskAsPrompt);
  if (sides.share === undefined || sides.share === 1) return sides;
  const { head, options } = splitSpec(from);
  const all = [
    ...options.filter(([name]) => name !== "held-out"),
    ["held-out", "0"] as const,
  ];
  const { share } = sides;
  return { ...await openSides(joinSpec({ head, options: all }), taskAsPrompt), share };
}

/** Options that the written lines need as well. */
function keptOptions(from: string): (readonly [string, string])[] {
  const kept = splitSpec(from).options.filter(([name]) => !DONE.has(name));
  const strange = kept.find(([name]) => !OPTIONS_OF.jsonl.includes(name));
  if (strange === undefined) return kept;
  throw specFault(from, `${strange[0]} does not go with init: leave it out`);
}

/** Writes the questions of a source; how many of them have a mask, which is not written. */
async function writeLines(
  path: string,
  source: RowSource,
  images: CopiedPictures,
  readTruth: TruthReader,
): Promise<number> {
  let masks = 0;
  using file = await Deno.open(path, { write: true, createNew: true });
  const writer = file.writable.getWriter();
  const encoder = new TextEncoder();
  for (let i = 0; i < source.size; i++) {
    const row = await source.row(i);
    if (row.mask !== undefined) masks++;
    const paths: string[] = [];
    for (const picture of row.pictures) {
      paths.push(`images/${await images.copy(picture)}`);
    }
    const line = JSON.stringify(writtenLine(row, paths, readTruth));
    await writer.write(encoder.encode(line + "\n"));
  }
  await writer.close();
  return masks;
}

/** Reads what was written, and compares each question with the one that it came from. */
async function checkSame(data: string, source: RowSource): Promise<void> {
  const { train: written } = await openSides(data, taskAsPrompt);
  for (let i = 0; i < source.size; i++) {
    const row = await source.row(i);
    if (said(row) === said(await written.row(i))) continue;
    throw new RangeError(
      `${row.place}: a JSONL line would ask another question: train on the data as it is`,
    );
  }
}

/** All that a model is asked and paid for; white space at the ends of texts says nothing. */
function said({ id, prompt, system, frame, form, target, reasoning }: Row): string {
  const task = JSON.parse(
    prompt,
    (_, value) => typeof value === "string" ? value.trim() : value,
  );
  return canonicalJson({ id: id.trim(), task, system, frame, form, target, reasoning });
}
