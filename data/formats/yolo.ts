import { basename, dirname, join, relative, sep } from "node:path";
import { isThere } from "../files/is_there.ts";
import { quoted } from "../short_text.ts";
import { namesIn } from "./labels/image_names.ts";
import { orphanNote, unlabelledNote, unreadNote } from "./labels/notes.ts";
import { labelColumns } from "./labels/label_columns.ts";
import { type DetectionOptions, detectionRows } from "./labels/detection_rows.ts";
import { labelReader } from "./labels/label_reader.ts";
import { imagesOf } from "./yolo/images.ts";
import { labelPathIn } from "./yolo/label_path.ts";
import { readYoloLine } from "./yolo/line.ts";
import { yoloSet } from "./yolo/yolo_set.ts";
import type { RowSet } from "./rows.ts";

/**
 * Opens one split of a YOLO data set as detection questions. A line of a label file is a class and
 * centre, width and height of a box as shares of the image's sides, or the points of an outline,
 * whose box is taken. An image without a label file, or with an empty one, has no boxes.
 *
 * @throws {SyntaxError} If a line is neither, its class has no name, or it reaches out of the image:
 * names file and line.
 */
export async function openYolo(
  path: string,
  split: string | undefined,
  options: DetectionOptions,
): Promise<RowSet> {
  const set = await yoloSet(path);
  const { folder, names, splits, notes, keypoints } = set;
  const chosen = splits.get(split ?? [...splits.keys()][0]!);
  if (chosen === undefined) {
    throw new RangeError(
      `${path} has no split ${quoted(split)}: it has ${[...splits.keys()]}`,
    );
  }
  const columns = labelColumns(), reader = labelReader();
  const unread: string[] = [], unlabelled: string[] = [];
  const labels = new Map<string, string>(); // with their images
  names.forEach((name, i) => columns.name(name, `${path}: class ${i}`));
  for (const image of await imagesOf(chosen, folder, unread)) {
    const file = relative(folder, image).split(sep).join("/");
    const label = await labelPathIn(folder, file);
    const place = `${basename(folder)}/${label}`;
    const full = join(folder, label), owner = labels.get(label);
    if (owner !== undefined) {
      throw new RangeError(
        `${full} has the labels of ${quoted(owner)} and of ${
          quoted(file)
        }: rename or remove one ` +
          "of the images",
      );
    }
    labels.set(label, file);
    columns.image({ file, name: file, place });
    if (!await isThere(full)) {
      unlabelled.push(file);
      continue;
    }
    const text = await reader.text(full, label);
    text.split(/\r\n|\n|\r/).forEach((line, i) => {
      if (line.trim() === "") return;
      const at = `${full}, line ${i + 1}`;
      const { number, box } = readYoloLine(line, at, keypoints);
      const name = names[number];
      if (name === undefined) {
        throw new SyntaxError(
          `${at}: the class ${number} has no name: there are ${names.length}`,
        );
      }
      columns.object(name, box, at);
    });
  }
  const orphans = await labelsWithout(folder, labels);
  const labelled = columns.labelled();
  if (labelled.images.length === 0) {
    throw new RangeError(
      `${path} has no images${split === undefined ? "" : ` in ${split}`}`,
    );
  }
  return detectionRows(labelled, {
    ...options,
    ...{ path, folder },
    name: [basename(folder), ...split ? [split] : []].join("/"),
    unit: "unit",
    manifest: { kind: "yolo", ...split ? { split } : {}, ...reader.manifest() },
    notes: [
      ...notes,
      ...unreadNote(unread),
      ...orphanNote(orphans),
      ...unlabelledNote(unlabelled),
    ],
  });
}

/** Label files beside those of the images that belong to no image. */
async function labelsWithout(
  folder: string,
  labels: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of new Set([...labels.keys()].map(dirname))) {
    if (!await isThere(join(folder, place), "folder")) continue;
    for (const name of await namesIn(join(folder, place))) {
      const label = place === "." ? name : `${place}/${name}`;
      if (/\.txt$/i.test(name) && name !== "classes.txt" && !labels.has(label)) {
        found.push(label);
      }
    }
  }
  return found;
}
