import { basename, join } from "node:path";
import { XMLParser, XMLValidator } from "npm:fast-xml-parser@5.12.1";
import { isThere } from "../files/is_there.ts";
import { quoted } from "../short_text.ts";
import { type Corners, labelColumns } from "./label_columns.ts";
import {
  imagesIn,
  labelReader,
  namesIn,
  noImageOf,
  orphanNote,
  splitFolders,
  unreadNote,
} from "./label_files.ts";
import { type DetectionOptions, detectionRows } from "./detection_rows.ts";
import type { RowSet } from "./rows.ts";

/** Names of the folders of annotations and of images, VOC's own first. */
const LABELS = ["Annotations", "annotations", "xmls", "xml", "labels"];
const PICTURES = ["JPEGImages", "images", "Images", "imgs"];

/** Whether a folder has annotations of Pascal VOC's form, in Annotations/ or beside the images. */
export async function isVoc(folder: string): Promise<boolean> {
  const beside = (await namesIn(folder)).some((name) => name.endsWith(".xml"));
  return beside || await labelsIn(folder) !== undefined;
}

/** The folder of annotations that lie apart from the images. */
async function labelsIn(folder: string): Promise<string | undefined> {
  const names = await namesIn(folder);
  for (const name of LABELS) {
    if (!names.includes(name) || !await isThere(join(folder, name), "folder")) continue;
    const inside = await namesIn(join(folder, name));
    if (inside.some((one) => one.endsWith(".xml"))) return name;
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
  const xmls = (await namesIn(join(folder, labels))).filter((name) =>
    name.endsWith(".xml")
  );
  const listed = split === undefined || isFolder
    ? undefined
    : await listOf(join(path, "ImageSets", "Main", `${split}.txt`));
  const columns = labelColumns(), reader = labelReader();
  const left = new Set(xmls);
  for (const name of images) {
    const stem = name.slice(0, name.lastIndexOf("."));
    const xml = `${stem}.xml`;
    left.delete(xml);
    if (listed !== undefined && !listed.has(stem)) continue;
    const file = pictures === "." ? name : `${pictures}/${name}`;
    const full = join(folder, labels, xml);
    if (!xmls.includes(xml)) {
      columns.image({ file, name: file });
      continue;
    }
    const { size, objects } = readVoc(await reader.text(full, xml), full);
    columns.image({ file, name: file, place: `${basename(folder)}/${xml}`, ...size });
    for (const { name, box, difficult, place } of objects) {
      columns.object(name, box, place, difficult);
    }
  }
  if (left.size > 0 && left.size === xmls.length) {
    throw await noImageOf([...left], join(folder, labels));
  }
  return detectionRows(columns.labelled(), {
    ...options,
    ...{ path, folder },
    name: [basename(path), ...split ? [split] : []].join("/"),
    unit: "pixels",
    manifest: { kind: "voc", ...split ? { split } : {}, ...reader.manifest() },
    notes: [...unreadNote(unread), ...orphanNote([...left])],
  });
}

async function listOf(path: string): Promise<ReadonlySet<string>> {
  const text = await labelReader().text(path, basename(path));
  // A list of one class has a second column, which says whether it is there.
  return new Set(
    text.split(/\r?\n/).map((line) => line.trim().split(/\s+/)[0]!).filter(Boolean),
  );
}

/** What an annotation of VOC says. */
export interface VocAnnotation {
  /** The image's size in pixels. Default: it says none. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly objects: readonly {
    readonly name: string;
    /** In pixels from 0. */
    readonly box: Corners;
    readonly difficult: boolean;
    readonly place: string;
  }[];
}

const parser = new XMLParser({
  processEntities: {
    enabled: true,
    maxTotalExpansions: 1000,
    maxExpandedLength: 100_000,
  },
  htmlEntities: true, // numbers too, as in &#233;
  isArray: (name) => name === "object",
  parseTagValue: false,
  ignoreDeclaration: true,
});

/**
 * Reads an annotation of Pascal VOC's form.
 *
 * @param where Names the file in messages.
 * @throws {SyntaxError} If it is no such annotation: names file and place.
 *
 * @example
 * ```ts
 * import { readVoc } from "./voc.ts";
 *
 * const box = "<xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax>";
 * const object = `<object><name>cat</name><bndbox>${box}</bndbox></object>`;
 * readVoc(`<annotation>${object}</annotation>`, "1.xml").objects[0]?.box;
 * // { x1: 0, y1: 0, x2: 9, y2: 9 }
 * ```
 */
export function readVoc(xml: string, where: string): VocAnnotation {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) {
    throw new SyntaxError(`${where} has a document type, which annotations do not have`);
  }
  const valid = XMLValidator.validate(xml);
  if (valid !== true) {
    throw new SyntaxError(
      `${where} is not XML: line ${valid.err.line}: ${valid.err.msg}`,
    );
  }
  let json: unknown;
  try {
    json = parser.parse(xml);
  } catch (error) {
    throw new SyntaxError(
      `${where} is not XML: ${(error as Error).message.split("\n", 1)[0]}`,
    );
  }
  const annotation = childOf(json, "annotation");
  if (annotation === undefined) {
    throw new SyntaxError(
      `${where} has no <annotation>: it is no annotation of Pascal VOC`,
    );
  }
  const given = childOf(annotation, "object");
  const list = given === undefined || given === "" ? [] : [given].flat();
  const raw = list.map((object, i) => {
    const place = `${where}: object ${i + 1}`;
    const name = childOf(object, "name");
    if (typeof name !== "string" || name.trim() === "") {
      throw new SyntaxError(`${place} has no <name>`);
    }
    const corner = (key: string) => {
      const text = childOf(childOf(object, "bndbox"), key);
      const value = typeof text === "string" && /^-?\d+(?:\.\d+)?$/.test(text.trim())
        ? Number(text)
        : NaN;
      if (Number.isFinite(value)) return value;
      throw new SyntaxError(`${place}: <${key}> must be a number: it is ${quoted(text)}`);
    };
    const [x1, y1, x2, y2] = ["xmin", "ymin", "xmax", "ymax"].map(corner);
    return {
      name: name.trim(),
      box: { x1: x1!, y1: y1!, x2: x2!, y2: y2! },
      difficult: childOf(object, "difficult") === "1",
      place,
    };
  });
  const fromZero = (value: number) => Math.max(0, value - 1);
  return {
    ...sizeOf(annotation, where),
    objects: raw.map((object) => {
      const { x1, y1, x2, y2 } = object.box;
      return { ...object, box: { x1: fromZero(x1), y1: fromZero(y1), x2, y2 } };
    }),
  };
}

function sizeOf(annotation: unknown, where: string): Pick<VocAnnotation, "size"> {
  const size = childOf(annotation, "size");
  if (size === undefined) return {};
  const [width, height] = ["width", "height"].map((key) => Number(childOf(size, key)));
  if (width === 0 || height === 0) return {}; // some tools write 0 for "not known"
  if (
    Number.isSafeInteger(width) && Number.isSafeInteger(height) && width! > 0 &&
    height! > 0
  ) {
    return { size: { width: width!, height: height! } };
  }
  throw new SyntaxError(
    `${where}: <size> must have a width and a height: it is ${quoted(size)}`,
  );
}

function childOf(node: unknown, name: string): unknown {
  return typeof node === "object" && node !== null && Object.hasOwn(node, name)
    ? (node as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
