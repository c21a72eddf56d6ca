import { dirname, join } from "node:path";
import { isDirectory } from "../files/is_directory.ts";
import type { PromptSet } from "../questions/prompt.ts";
import { openArrow } from "./arrow.ts";
import { openCoco } from "./coco.ts";
import { csvIn, hasCsv, openCsv } from "./csv.ts";
import { exampleRows } from "./examples.ts";
import type { FileKind, FileOptions } from "./file_spec.ts";
import { openHfImageFolder, splitsOfHfImageFolder } from "./hf_image_folder.ts";
import { openImageFolder, splitsOfFolder } from "./image_folder.ts";
import { openJsonList } from "./json_list.ts";
import { openJsonl } from "./jsonl.ts";
import { namesIn } from "./labels/image_names.ts";
import { hasRoboflow, ROBOFLOW } from "./labels/roboflow.ts";
import { splitFolders } from "./labels/split_folders.ts";
import { openLabelme, splitsOfLabelme } from "./labelme.ts";
import { openLisa } from "./lisa.ts";
import { openLvis } from "./lvis.ts";
import { onlyCategories } from "./only_categories.ts";
import { openParquet } from "./parquet.ts";
import type { RowSet } from "./rows.ts";
import { arrowSplits, parquetSplits } from "./shards.ts";
import type { TruthReader } from "./truth.ts";
import { openVoc, splitsOfVoc } from "./voc.ts";
import { openYolo } from "./yolo.ts";
import { yoloSet } from "./yolo/yolo_set.ts";

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
