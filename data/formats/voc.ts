import { basename, join } from "node:path";
import { isThere } from "../files/is_there.ts";
import { type DetectionOptions, detectionRows } from "./labels/detection_rows.ts";
import { imagesIn, labelsOfImages, namesIn, stemOf } from "./labels/image_names.ts";
import { isOfAnother, renamedNote } from "./labels/image_of_label.ts";
import {
  deeperNote,
  foldersOfImages,
  noteOf,
  orphanNote,
  unlabelledNote,
  unreadNote,
} from "./labels/notes.ts";
import { noImageOf } from "./labels/no_image_of.ts";
import { labelColumns } from "./labels/label_columns.ts";
import { labelReader } from "./labels/label_reader.ts";
import { splitFolders } from "./labels/split_folders.ts";
import type { RowSet } from "./rows.ts";
import { readVoc, type VocAnnotation } from "./voc/annotation.ts";

type VocObjects = VocAnnotation["objects"];

/** Names of the folders of annotations and of images, VOC's own first. */
const LABELS = ["Annotations", "annotations", "xmls", "xml", "labels"];
const PICTURES = ["JPEGImages", "images", "Images", "imgs"];

/** Whether a folder has annotations of Pascal VOC's form, in Annotations/ or beside the images. */
export async function isVoc(folder: string): Promise<boolean> {
  const beside = (await namesIn(folder)).some((name) => /\.xml$/i.test(name));
  return beside || await labelsIn(folder) !== undefined;
}

/** The folder of annotations that lie apart from the images. */
async function labelsIn(folder: string): Promise<string | undefined> {
  const names = await namesIn(folder);
  for (const name of LABELS) {
    if (!names.includes(name) || !await isThere(join(folder, name), "folder")) continue;
    const inside = await namesIn(join(folder, name));
    if (inside.some((one) => /\.xml$/i.test(one))) return name;
  }
  return undefined;
}

/** The splits of Pascal VOC data: the lists of ImageSets/Main, or folders; often none. */
export async function splitsOfVoc(folder: string): Promise<readonly string[]> {
  const lists = join(folder, "ImageSets", "Main");
  if (await isThere(lists, "folder")) {
    const names = (await namesIn(lists)).filter((name) => /^[a-z]+\.txt$/.test(name));
    if (names.length > 0) return names.map((name) => basename(name, ".txt"));
  }
  return await splitFolders(folder, isVoc);
}

/**
 * Opens data of Pascal VOC's form as detection questions: Annotations/x.xml and JPEGImages/x.jpg, or
 * x.xml beside x.jpg. A category of which an image has an object that is marked difficult is not
 * asked of that image.
 *
 * VOC counts pixels from 1 and includes the last one: a box reaches from xmin − 1 to xmax. A tool that
 * counts from 0 is off by that one pixel at the left and at the top.
 *
 * @throws {SyntaxError} If a file is no such annotation: names file and place.
 */
export async function openVoc(
  path: string,
  split: string | undefined,
  options: DetectionOptions,
): Promise<RowSet> {
  const isFolder = split !== undefined && await isThere(join(path, split), "folder");
  const folder = isFolder ? join(path, split) : path;
  const apart = await labelsIn(folder);
  const labels = apart ?? ".";
  const inside = await namesIn(folder);
  const pictures = apart === undefined
    ? "."
    : PICTURES.find((name) => inside.includes(name)) ?? apart;
  const { images, unread } = await imagesIn(join(folder, pictures));
  const { labelOf, orphans } = labelsOfImages(
    images,
    await namesIn(join(folder, labels)),
    ".xml",
    folder,
  );
  const listed = split === undefined || isFolder
    ? undefined
    : await listOf(join(path, "ImageSets", "Main", `${split}.txt`));
  const columns = labelColumns(), reader = labelReader();
  const unlabelled: string[] = [], renamed: string[] = [];
  const read: { image: Parameters<typeof columns.image>[0]; objects: VocObjects }[] = [];
  for (const name of images) {
    if (listed !== undefined && !listed.delete(stemOf(name))) continue;
    const file = pictures === "." ? name : `${pictures}/${name}`;
    const xml = labelOf.get(name), full = join(folder, labels, xml ?? "");
    if (xml === undefined) {
      unlabelled.push(file);
      read.push({ image: { file, name: file }, objects: [] });
      continue;
    }
    const { filename, size, objects } = readVoc(await reader.text(full, xml), full);
    if (isOfAnother(filename, name, images, `${full}: <filename>`)) renamed.push(xml);
    const place = `${basename(folder)}/${xml}`;
    read.push({ image: { file, name: file, place, ...size }, objects });
  }
  const names = new Set(read.flatMap(({ objects }) => objects.map(({ name }) => name)));
  for (const { image, objects } of read) {
    columns.image(image);
    for (const { name, box, difficult, parts, place } of objects) {
      columns.object(name, box, place, difficult);
      // A part is there, so its name is not asked of this image, as if it were difficult.
      for (const part of parts) {
        if (names.has(part)) columns.object(part, box, place, true);
      }
    }
  }
  if (orphans.length > 0 && labelOf.size === 0) {
    throw await noImageOf(orphans, join(folder, labels));
  }
  return detectionRows(columns.labelled(), {
    ...options,
    ...{ path, folder },
    name: [basename(path), ...split ? [split] : []].join("/"),
    unit: "pixels",
    manifest: { kind: "voc", ...split ? { split } : {}, ...reader.manifest() },
    notes: [
      ...unreadNote(unread),
      ...orphanNote(orphans),
      ...unlabelledNote(unlabelled),
      ...renamedNote(renamed),
      ...noteOf(
        [...listed ?? []],
        `image of ${split}.txt is not there`,
        `images of ${split}.txt are not there`,
      ),
      ...deeperNote(await foldersOfImages(join(folder, pictures))),
    ],
  });
}

async function listOf(path: string): Promise<Set<string>> {
  const text = await labelReader().text(path, basename(path));
  // A list of one class has a second column, which says whether it is there.
  return new Set(
    text.split(/\r?\n/).map((line) => line.trim().split(/\s+/)[0]!).filter(Boolean),
  );
}
