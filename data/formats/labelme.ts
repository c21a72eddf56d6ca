import { basename, join } from "node:path";
import * as v from "npm:valibot@1.5.0";
import { checkJson } from "../files/check_json.ts";
import { parseJsonText } from "../files/read_json.ts";
import { quoted } from "../short_text.ts";
import { boxAround } from "./labels/box_around.ts";
import { type Corners, labelColumns } from "./labels/label_columns.ts";
import { imagesIn, labelsOfImages, namesIn, stemOf } from "./labels/image_names.ts";
import { isOfAnother, renamedNote } from "./labels/image_of_label.ts";
import {
  deeperNote,
  foldersOfImages,
  orphanNote,
  unlabelledNote,
  unreadNote,
} from "./labels/notes.ts";
import { noImageOf } from "./labels/no_image_of.ts";
import { labelReader } from "./labels/label_reader.ts";
import { splitFolders } from "./labels/split_folders.ts";
import { type DetectionOptions, detectionRows } from "./labels/detection_rows.ts";
import type { RowSet } from "./rows.ts";

const number = v.pipe(v.number("a number"), v.finite("a finite number"));
const side = v.optional(v.nullable(v.pipe(number, v.minValue(1, "at least 1 pixel"))));
const schema = v.object({
  imageWidth: side,
  imageHeight: side,
  imagePath: v.optional(v.nullable(v.string("a text"))),
  shapes: v.array(
    v.object({
      label: v.pipe(
        v.string("a text"),
        v.trim(),
        v.minLength(1, "a text that is not empty"),
      ),
      group_id: v.optional(v.nullable(number)),
      shape_type: v.optional(v.nullable(v.string("a text"))),
      points: v.pipe(
        v.array(v.tuple([number, number], "two numbers, x and y"), "a list of points"),
        v.minLength(2, "of two points or more"),
      ),
    }),
    "a list",
  ),
});

/** Whether a folder has annotations of Labelme's form: x.json with shapes beside x.jpg. */
export async function isLabelme(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  const { images } = await imagesIn(folder);
  const stems = new Set(images.map(stemOf));
  const first = names.find((name) => /\.json$/i.test(name) && stems.has(stemOf(name)));
  if (first === undefined) return false;
  const text = await labelReader().text(join(folder, first), first).catch(() => "");
  return /"shapes"\s*:/.test(text) &&
    /"(?:imagePath|shape_type|imageData)"\s*:/.test(text);
}

/** The splits of Labelme's data: folders that are named so; often none. */
export async function splitsOfLabelme(folder: string): Promise<readonly string[]> {
  return await isLabelme(folder) ? [] : await splitFolders(folder, isLabelme);
}

/**
 * Opens data of Labelme's form as detection questions: x.json beside x.jpg, in pixels. Rectangles
 * may have their corners in any order; of a polygon or circle the box around it is taken, and of shapes
 * of one label and one `group_id`, which are parts of one object, the box around all of them. Images
 * without a file have no boxes.
 *
 * @throws {SyntaxError} If a file does not have that form, or a shape is a point or a line: names
 * file and shape.
 */
export async function openLabelme(
  path: string,
  split: string | undefined,
  options: DetectionOptions,
): Promise<RowSet> {
  const folder = split === undefined ? path : join(path, split);
  const { images, unread } = await imagesIn(folder);
  const { labelOf, orphans } = labelsOfImages(
    images,
    await namesIn(folder),
    ".json",
    folder,
  );
  const columns = labelColumns(), reader = labelReader();
  const unlabelled: string[] = [], renamed: string[] = [];
  for (const file of images) {
    const name = labelOf.get(file), full = join(folder, name ?? "");
    if (name === undefined) {
      unlabelled.push(file);
      columns.image({ file, name: file });
      continue;
    }
    const json = parseJsonText(await reader.text(full, name), full);
    const { imagePath, imageWidth, imageHeight, shapes } = checkJson(schema, json, full);
    if (isOfAnother(imagePath, file, images, `${full}: .imagePath`)) renamed.push(name);
    const size = imageWidth && imageHeight
      ? { width: imageWidth, height: imageHeight }
      : {};
    columns.image({ file, name: file, place: `${basename(folder)}/${name}`, ...size });
    const groups = new Map<string, { label: string; boxes: Corners[]; place: string }>();
    shapes.forEach(({ label, shape_type, group_id, points }, i) => {
      const place = `${full}: shapes[${i}]`;
      const key = JSON.stringify([label, group_id ?? `shape ${i}`]);
      const group = groups.get(key) ?? { label, boxes: [], place };
      groups.set(key, group);
      group.boxes.push(boxOf(shape_type ?? "polygon", points, place));
    });
    for (const { label, boxes, place } of groups.values()) {
      columns.object(
        label,
        boxAround(boxes.flatMap(({ x1, y1, x2, y2 }) => [[x1, y1], [x2, y2]] as const)),
        place,
      );
    }
  }
  if (orphans.length > 0 && labelOf.size === 0) {
    throw await noImageOf(orphans, folder);
  }
  const splits = split === undefined ? await splitFolders(folder, isLabelme) : [];
  const nested = (await foldersOfImages(folder)).filter((name) => !splits.includes(name));
  return detectionRows(columns.labelled(), {
    ...options,
    ...{ path, folder },
    name: [basename(path), ...split ? [split] : []].join("/"),
    unit: "pixels",
    manifest: { kind: "labelme", ...split ? { split } : {}, ...reader.manifest() },
    notes: [
      ...unreadNote(unread),
      ...orphanNote(orphans),
      ...unlabelledNote(unlabelled),
      ...renamedNote(renamed),
      ...deeperNote(nested),
    ],
  });
}

/** The box around a shape. */
function boxOf(
  kind: string,
  points: readonly (readonly [number, number])[],
  place: string,
): Corners {
  const xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
  switch (kind) {
    case "circle": {
      const radius = Math.hypot(xs[1]! - xs[0]!, ys[1]! - ys[0]!);
      return {
        x1: xs[0]! - radius,
        y1: ys[0]! - radius,
        x2: xs[0]! + radius,
        y2: ys[0]! + radius,
      };
    }
    case "rectangle":
    case "polygon":
    case "rotation":
      return boxAround(points);
    default:
      throw new SyntaxError(
        `${place} is a ${quoted(kind)}: rectangles, polygons and circles are read`,
      );
  }
}
