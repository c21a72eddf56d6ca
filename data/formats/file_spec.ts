import type { Frame } from "../geometry/box.ts";
import { readOptions, specFault, splitSpec } from "../questions/spec.ts";

/** The kinds of data that lie in files. */
export const FILE_KINDS = [
  ...["parquet", "arrow", "coco", "lvis", "yolo", "voc", "labelme", "csv"] as const,
  ...["imagefolder", "folder", "lisa", "jsonl", "json"] as const,
] as const;

/** A kind of data that lies in files. */
export type FileKind = (typeof FILE_KINDS)[number];

/** What boxes count: pixels of the image, thousandths of its sides, or shares of them (0 to 1). */
export type BoxUnit = "pixels" | "per-mille" | "unit";

/** The frames by their names in a specification. */
export const FRAME_OF_UNIT: Readonly<Record<BoxUnit, Frame>> = {
  "pixels": "pixels",
  "per-mille": "per mille",
  "unit": "unit",
};

/** What solutions are read as; `auto` tells boxes, regions and labels apart by their form. */
export const TRUTH_KINDS = [
  ...["auto", "boxes", "box", "label", "number", "text", "choice", "point"] as const,
] as const;

/** What solutions are read as. */
export type TruthKind = (typeof TRUTH_KINDS)[number];

/** The options of a specification; {@linkcode OPTIONS_OF} says which kind has which. */
export interface FileOptions {
  /** The split to learn from. */
  readonly split?: string;
  /** A share of the images in [0, 1], or a split or another file of the same kind. */
  readonly heldOut?: number | string;
  /** Questions of each category. */
  readonly shots?: number;
  /** Folder of the images, relative to the file's folder. Default: guessed. */
  readonly images?: string;
  /** Folder of the held-out file's images. Default: guessed as that of `images` is. */
  readonly heldOutImages?: string;
  /** Categories to ask about, joined with "+", or sets of `CATEGORY_SETS`. Default: all. */
  readonly categories?: string;
  /** Share of detection questions about what is not there, in [0, 1). */
  readonly absent?: number;
  /** File with the names of the classes, relative to the folder. Default: folder names. */
  readonly names?: string;
  /** What the images show; see `PromptTask`. */
  readonly subject?: string;
  /** What is asked about it; see `PromptTask`. */
  readonly attribute?: string;
  /** What boxes count. Default: what their form means; see docs/data.md. */
  readonly frame?: BoxUnit;
  /** What solutions are read as. Default: "auto". */
  readonly truth?: TruthKind;
  /** What a conversation of several turns is: questions of their own. Default: an error. */
  readonly turns?: "separate";
  /** Largest image that is decoded, in pixels. */
  readonly maxPixels?: number;
  /** Images that are decoded ahead of the model. */
  readonly ahead?: number;
}

/** What the option `data` says of files: `[KIND:]PATH[,option=value…]`. */
export interface FileSpec {
  /** Default: guessed from what lies at the path. */
  readonly kind?: FileKind;
  /** Path of a file or folder, or `owner/name[@revision]` on the Hub. */
  readonly path: string;
  /** The options that are given. */
  readonly options: FileOptions;
}

const EVERY = ["split", "held-out", "shots", "max-pixels", "ahead"] as const;
const DETECTION = ["images", "held-out-images", "categories", "absent"] as const;
const LINES = ["images", "held-out-images", "frame", "truth", "turns"] as const;
const NAMING = ["subject", "attribute"] as const;

/** The options of each kind. */
export const OPTIONS_OF: Readonly<Record<FileKind, readonly string[]>> = {
  parquet: [...EVERY, "categories", "frame", "truth"],
  arrow: [...EVERY, "categories", "frame", "truth"],
  coco: [...EVERY, ...DETECTION],
  lvis: [...EVERY, ...DETECTION],
  yolo: [...EVERY, "categories", "absent"],
  voc: [...EVERY, "categories", "absent"],
  labelme: [...EVERY, "categories", "absent"],
  csv: [...EVERY, ...DETECTION, "frame", ...NAMING],
  imagefolder: [...EVERY, "categories", "absent", "names", "frame", "turns", ...NAMING],
  folder: [...EVERY, "categories", "names", ...NAMING],
  lisa: [...EVERY, "images", "held-out-images"],
  jsonl: [...EVERY, ...LINES, "categories", ...NAMING],
  json: [...EVERY, ...LINES, "categories", ...NAMING],
};

/**
 * Reads `[KIND:]PATH[,option=value…]`; see `splitSpec` for where the options begin.
 *
 * @throws {RangeError} If an option is unknown or its value does not fit; the message has the
 * nearest name.
 *
 * @example
 * ```ts
 * import { parseFileSpec } from "./file_spec.ts";
 *
 * parseFileSpec("coco:instances.json,categories=coco-novel-15,held-out=0.2").options;
 * // { categories: "coco-novel-15", heldOut: 0.2 }
 * ```
 */
export function parseFileSpec(spec: string): FileSpec {
  const { head, options } = splitSpec(spec);
  const kind = FILE_KINDS.find((kind) => head.startsWith(`${kind}:`));
  const path = kind === undefined ? head : head.slice(kind.length + 1);
  if (path === "") throw specFault(spec, `give a path, as in ${kind ?? "jsonl"}:PATH`);
  const known = kind === undefined
    ? [...new Set(Object.values(OPTIONS_OF).flat())]
    : OPTIONS_OF[kind];
  const given = readOptions(spec, options, known, kind);
  const heldOut = given.text("held-out");
  const all: FileOptions = {
    split: given.text("split"),
    heldOut: heldOut !== undefined && /^[\d.]+$/.test(heldOut)
      ? given.share("held-out", "to 1")
      : heldOut,
    shots: given.count("shots", 1),
    images: given.text("images"),
    heldOutImages: given.text("held-out-images"),
    categories: given.names("categories"),
    absent: given.share("absent", "to below 1"),
    names: given.text("names"),
    subject: given.text("subject"),
    attribute: given.text("attribute"),
    frame: given.oneOf("frame", ["pixels", "per-mille", "unit"]),
    truth: given.oneOf("truth", TRUTH_KINDS),
    turns: given.oneOf("turns", ["separate"]),
    maxPixels: given.count("max-pixels", 1),
    ahead: given.count("ahead", 0),
  };
  return {
    ...kind && { kind },
    path,
    options: Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    ),
  };
}
