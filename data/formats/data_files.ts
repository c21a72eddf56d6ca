import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { openArrow } from "./arrow.ts";
import { chooseCategories } from "../questions/category_sets.ts";
import { openCoco } from "./coco.ts";
import { csvIn, openCsv } from "./csv.ts";
import { openHfImageFolder, splitsOfHfImageFolder } from "./hf_image_folder.ts";
import { namesIn, splitFolders } from "./label_files.ts";
import { openLabelme, splitsOfLabelme } from "./labelme.ts";
import { openVoc, splitsOfVoc } from "./voc.ts";
import { openYolo, yoloSet } from "./yolo.ts";
import type { FileKind, FileOptions } from "./file_spec.ts";
import { exampleRows } from "./examples.ts";
import type { TruthReader } from "./truth.ts";
import { openImageFolder, splitsOfFolder } from "./image_folder.ts";
import { openJsonList } from "./json_list.ts";
import { openJsonl } from "./jsonl.ts";
import { openLisa } from "./lisa.ts";
import { openLvis } from "./lvis.ts";
import { openParquet } from "./parquet.ts";
import type { PromptSet } from "../questions/prompt.ts";
import { isThere } from "../files/is_there.ts";
import { picturesOf, type RowSet } from "./rows.ts";

/** Data of some kind at some place, whose splits can be opened. */
export interface DataFiles {
  /** The kind that was named or guessed. */
  readonly kind: FileKind;
  /** Names for `open`; none if the data is not divided. */
  readonly splits: readonly string[];
  /** One of the splits, or another file of this kind beside the data's own. */
  open(split: string | undefined, images: string | undefined): Promise<RowSet>;
}

/** What readers need beside the options. */
export interface FileReaders {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** Reads the ground truth of the paper's form. */
  readonly readTruth: TruthReader;
}

/** Finds the splits of the data at a path. */
export async function dataFiles(
  kind: FileKind,
  path: string,
  options: FileOptions,
  readers: FileReaders,
): Promise<DataFiles> {
  const isFolder = await isDirectory(path);
  const { categories, absent = 0, names, subject, attribute, frame, turns } = options;
  const { prompts } = readers;
  const detection = { prompts, categories, absent };
  const file = (other: string | undefined) =>
    other === undefined ? path : join(isFolder ? path : dirname(path), other);
  switch (kind) {
    case "parquet": {
      const splits = isFolder ? await parquetSplits(path) : new Map([["", [path]]]);
      return {
        kind,
        splits: isFolder ? [...splits.keys()] : [],
        async open(split) {
          const paths = splits.get(split ?? [...splits.keys()][0]!) ?? [file(split)];
          const rows = exampleRows(
            await openParquet(paths),
            readers.readTruth,
            { prompts, frame },
          );
          return onlyCategories(
            { ...rows, manifest: { kind, ...rows.manifest } },
            categories,
          );
        },
      };
    }
    case "arrow": {
      const splits = await arrowSplits(path);
      return {
        kind,
        splits,
        async open(split) {
          const folder = split === undefined ? path : join(path, split);
          const rows = exampleRows(
            await openArrow(folder),
            readers.readTruth,
            { prompts, frame },
          );
          return onlyCategories(
            { ...rows, manifest: { kind, ...rows.manifest } },
            categories,
          );
        },
      };
    }
    case "coco":
    case "lvis": {
      const reader = kind === "coco" ? openCoco : openLvis;
      const splits = isFolder ? await splitFolders(path, hasRoboflow) : [];
      const open = (split: string | undefined, images: string | undefined) => {
        const inside = split !== undefined && splits.includes(split) || isFolder;
        const at = inside ? join(path, split ?? "", ROBOFLOW) : file(split);
        return reader(at, { prompts, images, categories, absent });
      };
      return { kind, splits, open };
    }
    case "yolo": {
      const splits = [...(await yoloSet(path)).splits.keys()].filter((name) =>
        name !== ""
      );
      return { kind, splits, open: (split) => openYolo(path, split, detection) };
    }
    case "voc":
      return {
        kind,
        splits: await splitsOfVoc(path),
        open: (split) => openVoc(path, split, detection),
      };
    case "labelme":
      return {
        kind,
        splits: await splitsOfLabelme(path),
        open: (split) => openLabelme(path, split, detection),
      };
    case "csv": {
      const splits = isFolder ? await splitFolders(path, hasCsv) : [];
      return {
        kind,
        splits,
        async open(split, images) {
          const folder = join(path, split ?? "");
          const at = isFolder ? await csvIn(folder, await namesIn(folder)) : file(split);
          if (at === undefined) {
            throw new RangeError(
              `${folder} has no CSV file, or several: give the path of one`,
            );
          }
          const given = { ...detection, images, frame, subject, attribute };
          return onlyCategories(await openCsv(at, given), categories);
        },
      };
    }
    case "imagefolder": {
      const given = { ...readers, ...detection, frame, turns, names, subject, attribute };
      return {
        kind,
        splits: await splitsOfHfImageFolder(path),
        open: async (split) =>
          onlyCategories(await openHfImageFolder(path, split, given), categories),
      };
    }
    case "folder":
      return {
        kind,
        splits: await splitsOfFolder(path),
        open: async (split) =>
          onlyCategories(
            await openImageFolder(path, { prompts, split, names, subject, attribute }),
            categories,
          ),
      };
    case "lisa":
      return {
        kind,
        splits: [],
        open: (split, images) => openLisa(file(split), { ...readers, images }),
      };
    case "jsonl":
    case "json": {
      const reader = kind === "jsonl" ? openJsonl : openJsonList;
      const given = { ...readers, frame, turns, subject, attribute };
      return {
        kind,
        splits: [],
        open: async (split, images) =>
          onlyCategories(await reader(file(split), { ...given, images }), categories),
      };
    }
  }
}

/** Whether a path is a folder. @throws {Error} If nothing is there. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new Error(
      `data: there is nothing at ${path}; give the path of a file or a folder`,
    );
  }
}

/** Parquet files of a folder and of `data` in it. */
export async function parquetFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const below of ["", "data"]) {
    const names = await readdir(join(folder, below)).catch(() => []);
    for (const name of names.sort()) {
      if (name.endsWith(".parquet")) found.push(join(folder, below, name));
    }
  }
  return found;
}

/** What Roboflow calls the annotations of a split. */
export const ROBOFLOW = "_annotations.coco.json";

/** Whether a folder is a split of Roboflow's COCO export. */
export function hasRoboflow(folder: string): Promise<boolean> {
  return isThere(join(folder, ROBOFLOW));
}

/** Whether a folder has a CSV file of its own. */
export async function hasCsv(folder: string): Promise<boolean> {
  return await csvIn(folder, await namesIn(folder)) !== undefined;
}

const SHARD = /^(.+)-(\d{5})-of-(\d{5})(-[0-9a-f]+)?\.parquet$/;

/** Files of each split: train-00000-of-00002.parquet and its like, or a file for each. */
async function parquetSplits(folder: string): Promise<ReadonlyMap<string, string[]>> {
  const splits = new Map<string, string[]>();
  for (const path of await parquetFiles(folder)) {
    const [, shard] = SHARD.exec(basename(path)) ?? [];
    const split = shard ?? basename(path, ".parquet");
    splits.set(split, [...splits.get(split) ?? [], path]);
  }
  if (splits.size === 0) throw new RangeError(`${folder} has no parquet files`);
  for (const [split, paths] of splits) {
    const [, , , of] = SHARD.exec(basename(paths[0]!)) ?? [];
    if (of === undefined || paths.length === Number(of)) continue;
    throw new RangeError(
      `${folder} has ${paths.length} of the ${
        Number(of)
      } parquet files of ${split}: fetch the rest`,
    );
  }
  return splits;
}

async function arrowSplits(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  if (!names.includes("dataset_dict.json")) return [];
  const splits: string[] = [];
  for (const name of names.sort()) {
    if (await isThere(join(folder, name, "state.json"))) splits.push(name);
  }
  return splits;
}

/** The rows about some of the categories or labels that a set has. */
function onlyCategories(rows: RowSet, wanted: string | undefined): RowSet {
  if (wanted === undefined) return rows;
  const names = Array.from({ length: rows.size }, (_, i) => rows.category(i));
  const known = [...new Set(names.filter((name) => name !== undefined))].sort();
  let chosen: ReadonlySet<string | undefined>;
  try {
    chosen = new Set(chooseCategories(wanted, known));
  } catch (error) {
    throw new RangeError(
      `categories=${wanted} of ${rows.name}: ${(error as Error).message}`,
    );
  }
  const places = [...names.keys()].filter((i) => chosen.has(names[i]));
  const at = (index: number) => places[index]!;
  return {
    name: rows.name,
    size: places.length,
    ...rows.notes !== undefined && { notes: rows.notes },
    manifest: { ...rows.manifest, categories: [...chosen] },
    ...rows.notes && { notes: rows.notes },
    picture: (index) => rows.picture(at(index)),
    pictures: (index) => picturesOf(rows, at(index)),
    category: (index) => rows.category(at(index)),
    holdsReasoning: (index) => rows.holdsReasoning?.(at(index)) ?? false,
    askedFrame: (index) => rows.askedFrame?.(at(index)),
    row: (index) => rows.row(at(index)),
  };
}
