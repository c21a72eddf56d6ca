import { XMLParser, XMLValidator } from "npm:fast-xml-parser@5.12.1";
import { quoted } from "../../short_text.ts";
import type { Corners } from "../labels/label_columns.ts";

/** What an annotation of VOC says. */
export interface VocAnnotation {
  /** The image that it names. Default: it names none. */
  readonly filename?: string;
  /** The image's size in pixels. Default: it says none. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly objects: readonly {
    readonly name: string;
    /** In pixels from 0. */
    readonly box: Corners;
    readonly difficult: boolean;
    /** Names of its parts with boxes, as the heads and hands of VOC's person layout. */
    readonly parts: readonly string[];
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
  isArray: (name) => name === "object" || name === "part",
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
 * import { readVoc } from "./annotation.ts";
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
  if (Array.isArray(annotation)) {
    throw new SyntaxError(`${where} has more than one <annotation>`);
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
      parts: partsOf(object, place),
      place,
    };
  });
  const read = raw.reduce((sum, { parts }) => sum + 1 + parts.length, 0);
  const there = boxesIn(json);
  if (there !== read) {
    throw new SyntaxError(
      `${where} has ${there} <bndbox>, and ${read} of them in <object> of <annotation> or in its ` +
        "<part>: write each object so",
    );
  }
  const filename = childOf(annotation, "filename");
  const fromZero = (value: number) => Math.max(0, value - 1);
  return {
    ...typeof filename === "string" && filename !== "" && { filename },
    ...sizeOf(annotation, where),
    objects: raw.map((object) => {
      const { x1, y1, x2, y2 } = object.box;
      return { ...object, box: { x1: fromZero(x1), y1: fromZero(y1), x2, y2 } };
    }),
  };
}

function partsOf(object: unknown, place: string): readonly string[] {
  const parts = childOf(object, "part");
  const boxed = Array.isArray(parts)
    ? parts.filter((part) => childOf(part, "bndbox") !== undefined)
    : [];
  return boxed.map((part) => {
    const name = childOf(part, "name");
    if (typeof name === "string" && name.trim() !== "") return name.trim();
    throw new SyntaxError(`${place}: a <part> has no <name>`);
  });
}

/** How many boxes lie anywhere in a document. */
function boxesIn(root: unknown): number {
  let count = 0;
  const left: unknown[] = [root];
  while (left.length > 0) {
    const node = left.pop();
    if (typeof node !== "object" || node === null) continue;
    for (const [name, child] of Object.entries(node)) {
      if (name === "bndbox") count += [child].flat().length;
      left.push(child);
    }
  }
  return count;
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
