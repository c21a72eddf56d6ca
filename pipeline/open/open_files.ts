import { quoted } from "../../data/short_text.ts";
import type { Frame } from "../../data/geometry/box.ts";
import { dataFiles } from "../../data/formats/data_files.ts";
import { guessKind } from "../../data/formats/guess_kind.ts";
import {
  type FileSpec,
  OPTIONS_OF,
  parseFileSpec,
} from "../../data/formats/file_spec.ts";
import { fewShot } from "../../data/questions/few_shot.ts";
import {
  frameOfPrompts,
  PROMPT_SETS,
  type PromptSet,
} from "../../data/questions/prompt.ts";
import { BadImage } from "../../data/pictures/picture.ts";
import {
  picturesOf,
  type RowSet,
  type RowSource,
  rowSource,
  skipBadImages,
} from "../../data/formats/rows.ts";
import { splitByPicture } from "../../data/questions/split.ts";
import { parseSolution } from "../../stages/parse/parse_solution.ts";
import { specFault, writtenName } from "../../data/questions/spec.ts";
import { described, type TargetKinds } from "../../stages/reward/target_kind.ts";
import { checkQuestions, checkTruths, MOST_CHECKED } from "./check_truths.ts";
import { findData } from "./find_data.ts";
import type { DataOptions, DataSets } from "./data_sets.ts";

/** Share of the images that are held out by default. */
const HELD_OUT_SHARE = 0.1;

/** Images that are decoded ahead of the model by default. */
const AHEAD = 8;

const HELD_OUT_SPLITS = ["test", "validation", "val", "valid"];

/** Both sides of a data set, before shots are chosen. */
export interface FileSides {
  /** The questions to learn from. */
  readonly train: RowSource;
  /** The questions to evaluate on. */
  readonly heldOut: RowSource;
  /** What people should know of how the data was read, a sentence each. */
  readonly notes: readonly string[];
  /** What they were opened from. */
  readonly spec: FileSpec & { readonly kind: NonNullable<FileSpec["kind"]> };
  /** The share of the images that is held out. Default: the data itself is divided. */
  readonly share?: number;
}

/**
 * Opens data in files, which `[KIND:]PATH[,option=value…]` names.
 *
 * The option `held-out` chooses what is held out: another split, another file of the kind, or a
 * share of the images by the hash of their names (1: all, for evaluation alone). Default: the split
 * test, validation or val, else a tenth of the images.
 *
 * @throws {RangeError} If the specification asks for something that the data does not have.
 * @throws {SyntaxError} If a file does not have the form that it should: names file and place.
 */
export async function openFiles(
  text: string,
  { seed, prompts, onBadImage = "error", fetching, targetKinds = {} }: DataOptions,
): Promise<DataSets> {
  const sides = await openSides(text, prompts, fetching);
  const { train, heldOut, spec, notes } = sides;
  const { shots, ahead = AHEAD } = spec.options;
  const skipping = onBadImage === "skip";
  const chosen = shots === undefined ? train : await fewShot(train, {
    ...{ shots, seed },
    outline: outlineOf(train, skipping, targetKinds),
  });
  const isWhole = sides.share === 1; // both sides are all of it
  for (const side of isWhole ? [train] : [train, heldOut]) await checkTruths(side);
  if (train.size > MOST_CHECKED && chosen !== train) await checkQuestions(chosen);
  const open = skipping
    ? { train: skipBadImages(chosen), heldOut: skipBadImages(heldOut) }
    : undefined;
  return {
    ...open ?? { train: chosen, heldOut },
    describe: [
      `${spec.kind}: ${spec.path}`,
      ...shots === undefined ? [] : [`${shots} of each category`],
      `${chosen.size} questions`,
      `${heldOut.size} held out`,
    ].join("; "),
    lookAhead: ahead,
    ...notes.length > 0 && { notes },
    ...open && {
      skipped: () => [...open.train.skipped.values(), ...open.heldOut.skipped.values()],
    },
  };
}

/** What few shots are chosen by. If bad images are left out, none of them is chosen. */
function outlineOf(
  source: RowSource,
  skipping: boolean,
  kinds: TargetKinds,
): RowSource["outline"] {
  const outline = async (index: number) => {
    const { id, target, reasoning } = await source.outline(index);
    return { id, target: described(target, kinds), reasoning };
  };
  if (!skipping) return outline;
  return (index) =>
    outline(index).catch((error) => {
      if (!(error instanceof BadImage)) throw error;
      return {
        id: `bad/${index}`,
        target: { kind: "detection", category: "", boxes: [] },
      };
    });
}

/**
 * Opens all questions of the data that a specification names, before shots are chosen.
 *
 * @param prompts The name of a set of prompts, or a set of the caller's own.
 * @throws As {@linkcode openFiles} does.
 */
export async function openSides(
  text: string,
  prompts: DataOptions["prompts"] | PromptSet,
  fetching: DataOptions["fetching"] = {},
): Promise<FileSides> {
  const parsed = parseFileSpec(text);
  const path = await findData(parsed, fetching);
  const kind = parsed.kind ?? await guessKind(path);
  const spec = { ...parsed, kind };
  const { options } = parsed;
  const strange = Object.keys(options).map(writtenName)
    .find((name) => !OPTIONS_OF[kind].includes(name));
  if (strange !== undefined) {
    throw specFault(
      text,
      `${kind} has no option ${strange}; options are ${OPTIONS_OF[kind].join(", ")}`,
    );
  }
  const files = await dataFiles(kind, path, options, {
    prompts: typeof prompts === "string" ? PROMPT_SETS[prompts] : prompts,
    readTruth: (problem, text) => parseSolution(problem, text, options.truth),
  });
  const { splits } = files;
  const { images, heldOutImages, maxPixels } = options;
  const split = options.split ??
    (splits.includes("train") || splits.length > 1 ? "train" : splits[0]);
  if (split !== undefined && !splits.includes(split)) {
    throw specFault(
      text,
      `there is no split ${quoted(split)}; ` +
        (splits.length === 0 ? "the data is not divided" : `it has ${splits.join(", ")}`),
    );
  }
  const heldOut = options.heldOut ??
    HELD_OUT_SPLITS.find((name) => splits.includes(name) && name !== split) ??
    HELD_OUT_SHARE;
  const rows = await files.open(split, images);
  const source = (name: string, from: RowSet, places?: readonly number[]) =>
    rowSource(from, {
      name: `${from.name}/${name}`,
      manifest: {
        ...typeof prompts === "string" && { prompts },
        side: name,
        ...typeof heldOut === "number" && { heldOut },
        ...options.truth !== undefined && { truth: options.truth },
        ...askedFrames(from, places, prompts),
      },
      ...{ places, maxPixels },
    });
  const divided = (
    train: RowSource,
    other: RowSource,
    more: Partial<FileSides> = {},
  ): FileSides => ({
    ...{ spec, train, heldOut: other },
    ...more,
    notes: [...rows.notes ?? [], ...more.notes ?? [], ...askedNotes(train)],
  });
  if (typeof heldOut === "string") {
    const other = await files.open(heldOut, heldOutImages ?? images);
    const { notes = [] } = other;
    return divided(source("train", rows), source("held-out", other), { notes });
  }
  // Evaluate on everything: nothing to learn from is no fault then.
  if (heldOut === 1) {
    return divided(source("train", rows), source("held-out", rows), { share: 1 });
  }
  const pictures = Array.from({ length: rows.size }, (_, i) => picturesOf(rows, i));
  const places = splitByPicture(pictures, heldOut);
  if (places.train.length === 0) {
    throw specFault(text, `held-out=${heldOut} leaves nothing to learn from`);
  }
  const notes = heldOut > 0 && places.heldOut.length === 0
    ? ["nothing is held out: by the images that they share, all questions are one group"]
    : [];
  return divided(
    source("train", rows, places.train),
    source("held-out", rows, places.heldOut),
    { share: heldOut, notes },
  );
}

/** How many questions ask for boxes in another frame than their prompts' own, if any does. */
function askedFrames(
  rows: RowSet,
  places: readonly number[] = [...Array(rows.size).keys()],
  prompts: DataOptions["prompts"] | PromptSet,
): { readonly askedFrame?: Readonly<Partial<Record<Frame, number>>> } {
  const own = typeof prompts === "string" ? frameOfPrompts(prompts) : "per mille";
  const counts: Partial<Record<Frame, number>> = {};
  for (const place of rows.askedFrame === undefined ? [] : places) {
    const asked = rows.askedFrame!(place);
    if (asked === undefined || asked === own) continue;
    counts[asked] = (counts[asked] ?? 0) + 1;
  }
  return Object.keys(counts).length === 0 ? {} : { askedFrame: counts };
}

function askedNotes({ manifest: { askedFrame = {} } }: RowSource): string[] {
  return Object.entries(askedFrame as object).map(([frame, count]) =>
    `${count} question${
      count === 1 ? " asks" : "s ask"
    } for boxes in ${frame}: answers are read ` +
    "so, whatever frame the model states others in"
  );
}
