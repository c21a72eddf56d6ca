import { nearestName } from "../nearest_name.ts";

/** The kinds of data that lie in files. */
export const FILE_KINDS = [
  ...["parquet", "arrow", "coco", "lvis", "folder", "lisa", "jsonl"] as const,
] as const;

/** A kind of data that lies in files. */
export type FileKind = (typeof FILE_KINDS)[number];

/** The options of a specification; docs/data.md says which kind has which. */
export interface FileOptions {
  /** The split to train on, of formats that have splits. */
  readonly split?: string;
  /** A share of the pictures in [0, 1], or a split or another file of the same kind. */
  readonly heldOut?: number | string;
  /** Questions of each category. */
  readonly shots?: number;
  /** Folder of the images; absent: guessed. */
  readonly images?: string;
  /** Folder of the held-out file's pictures; absent: guessed as that of `images` is. */
  readonly heldOutImages?: string;
  /** Name of a category set, or categories with commas between; absent: those of the data. */
  readonly categories?: string;
  /** Share of detection questions about what is not there, in [0, 1). */
  readonly absent?: number;
  /** Name of the file or set with the names of the labels. */
  readonly names?: string;
  /** What the images show, such as "bird", in prompts about classes. */
  readonly subject?: string;
  /** What is to be named of the subject, such as "species". */
  readonly attribute?: string;
  /** What the boxes of the data are stated in. */
  readonly frame?: "pixels" | "per-mille";
  /** Largest picture that is decoded, in pixels. */
  readonly maxPixels?: number;
  /** Pictures that are decoded ahead of the model. */
  readonly ahead?: number;
}

/** What `--data` says of files: `[KIND:]PATH[,option=value…]`. */
export interface FileSpec {
  /** Absent: to be guessed. */
  readonly kind?: FileKind;
  /** A file, a folder, or `owner/name[@revision]` of the Hub. */
  readonly path: string;
  /** What stands behind the path. */
  readonly options: FileOptions;
}

const EVERY = ["split", "held-out", "shots", "max-pixels", "ahead"] as const;
const DETECTION = ["images", "held-out-images", "categories", "absent"] as const;
const NAMING = ["subject", "attribute"] as const;

/** The options of each kind. */
export const OPTIONS_OF: Readonly<Record<FileKind, readonly string[]>> = {
  parquet: [...EVERY, "categories"],
  arrow: [...EVERY, "categories"],
  coco: [...EVERY, ...DETECTION],
  lvis: [...EVERY, ...DETECTION],
  folder: [...EVERY, "categories", "names", ...NAMING],
  lisa: [...EVERY, "images", "held-out-images"],
  jsonl: [...EVERY, "images", "held-out-images", "categories", "frame", ...NAMING],
};

const OPTION = /^([A-Za-z][A-Za-z-]*)=(.*)$/s;

/**
 * Reads `[KIND:]PATH[,option=value…]`. Options begin at the first comma behind which all parts
 * have the form `name=value`, so that a path may have commas.
 *
 * @throws {RangeError} Where an option is unknown or has a value that does not fit; the message
 * has the nearest name.
 *
 * @example
 * ```ts
 * import { parseFileSpec } from "./data_spec.ts";
 *
 * parseFileSpec("coco:instances.json,categories=coco-novel-15,held-out=0.2").options;
 * // { categories: "coco-novel-15", heldOut: 0.2 }
 * ```
 */
export function parseFileSpec(spec: string): FileSpec {
  const fault = (text: string) => new RangeError(`--data ${spec}: ${text}`);
  const parts = spec.split(",");
  let first = parts.length;
  while (first > 1 && OPTION.test(parts[first - 1]!)) first--;
  const head = parts.slice(0, first).join(",");
  const kind = FILE_KINDS.find((kind) => head.startsWith(`${kind}:`));
  const path = kind === undefined ? head : head.slice(kind.length + 1);
  if (path === "") throw fault(`give a path, as in ${kind ?? "jsonl"}:PATH`);

  const given = new Map<string, string>();
  const known = kind === undefined
    ? [...new Set(Object.values(OPTIONS_OF).flat())]
    : OPTIONS_OF[kind];
  for (const part of parts.slice(first)) {
    const [, name = "", value = ""] = OPTION.exec(part)!;
    if (!known.includes(name)) {
      const near = nearestName(name, known);
      throw fault(
        `${kind === undefined ? "there is" : `${kind} has`} no option ${
          JSON.stringify(name)
        }; ` +
          (near ? `did you mean ${near}?` : `options are ${known.join(", ")}`),
      );
    }
    if (given.has(name)) throw fault(`the option ${name} is given twice`);
    if (value === "") throw fault(`the option ${name} has no value; write ${name}=VALUE`);
    given.set(name, value);
  }
  return { ...kind && { kind }, path, options: options() };

  function options(): FileOptions {
    const text = (name: string) => given.get(name);
    const number = (name: string, wanted: string, fits: (n: number) => boolean) => {
      const value = given.get(name);
      if (value === undefined) return undefined;
      const n = /^\d*\.?\d+$/.test(value) ? Number(value) : NaN;
      if (fits(n)) return n;
      throw fault(`${name} is ${wanted}, not ${JSON.stringify(value)}`);
    };
    const count = (name: string, least: number) =>
      number(
        name,
        `a whole number of at least ${least}`,
        (n) => Number.isSafeInteger(n) && n >= least,
      );
    const heldOut = text("held-out");
    const frame = text("frame");
    if (frame !== undefined && frame !== "pixels" && frame !== "per-mille") {
      throw fault(`frame is pixels or per-mille, not ${JSON.stringify(frame)}`);
    }
    const all: FileOptions = {
      split: text("split"),
      heldOut: heldOut !== undefined && /^[\d.]+$/.test(heldOut)
        ? number("held-out", "a share from 0 to 1", (n) => n >= 0 && n <= 1)
        : heldOut,
      shots: count("shots", 1),
      images: text("images"),
      heldOutImages: text("held-out-images"),
      categories: text("categories"),
      absent: number("absent", "a share from 0 to below 1", (n) => n >= 0 && n < 1),
      names: text("names"),
      subject: text("subject"),
      attribute: text("attribute"),
      frame,
      maxPixels: count("max-pixels", 1),
      ahead: count("ahead", 0),
    };
    return Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    );
  }
}
