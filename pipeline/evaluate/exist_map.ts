import * as v from "npm:valibot@1.5.0";
import { canonicalHash } from "../../data/files/canonical_json.ts";
import { writeFile } from "../../data/files/write_file.ts";
import { LARGE_JSON, readJsonIfThere } from "../../data/files/read_json.ts";
import { fault, schemaFault } from "../../data/files/json_fault.ts";
import type { PresentCategories } from "../../stages/evaluate/protocol.ts";

/** What a map of present categories is about. */
export interface ExistMapOrigin {
  /** The model that was asked, as the setting `model` names it. */
  readonly model: string;
  /** The questions, as the setting `data` names them. */
  readonly data: string;
  /** SHA-256 of the canonical JSON of the held-out source's manifest. */
  readonly dataSha256: string;
  /** Questions that were asked, from the source's first on. */
  readonly questions: number;
}

/**
 * A map of present categories as it stands in a file: JSON, one image a line, meant to be
 * read and edited.
 *
 * ```json
 * {
 *   "model": "emoji",
 *   "data": "emoji:detection",
 *   "dataSha256": "…",
 *   "questions": 3,
 *   "sha256": "…",
 *   "images": {
 *     "emoji/detection/noto/held-out/0": ["cat"],
 *     "emoji/detection/noto/held-out/1": []
 *   }
 * }
 * ```
 *
 * Every image that was asked about has a line. `sha256` is of the canonical JSON of `images`
 * as they were made; it does not lock the file: an evaluation with a map that was edited says so
 * in its record.
 */
export interface ExistMap extends Partial<ExistMapOrigin> {
  /** The categories present, by image. */
  readonly present: PresentCategories;
  /** Of the images as they are. */
  readonly sha256: string;
  /** Whether they were changed since the map was made; missing if the file does not say. */
  readonly edited?: boolean;
}

/** Largest map, in bytes: a line for each image. */
const LIMIT = 2 ** 26;

const names = v.array(v.string("a category's name"), "a list of categories");
const originSchema = v.object({
  model: v.string("a text"),
  data: v.string("a text"),
  dataSha256: v.string("a text"),
  questions: v.pipe(v.number("a count"), v.safeInteger("a count")),
  sha256: v.string("a text"),
});

/** Writes a map of present categories, as `ExistMap` describes the file. */
export async function writeExistMap(
  path: string,
  present: PresentCategories,
  { model, data, dataSha256, questions }: ExistMapOrigin,
): Promise<ExistMap> {
  const sha256 = canonicalHash(asImages(present));
  const head = { model, data, dataSha256, questions, sha256 };
  const lines = [...present].map(([image, categories]) => {
    const names = [...categories].map((name) => JSON.stringify(name));
    return `\n    ${JSON.stringify(image)}: [${names.join(", ")}]`;
  });
  const top = JSON.stringify(head, null, 2).replace(/\n\}$/, "");
  const text = `${top},\n  "images": {${lines.join(",")}\n  }\n}\n`;
  await writeFile(path, text);
  return { ...head, present, edited: false };
}

/**
 * Reads a map of present categories: ours, or one of the authors' form, which is what ours has
 * under `images` and nothing else (their exist_map_coco_Qwen2_vl_2B_baseline.json).
 *
 * @returns `undefined` if there is no such file.
 * @throws {SyntaxError} If it is not such a map: names the file and the place in it.
 */
export async function readExistMap(path: string): Promise<ExistMap | undefined> {
  const json = await readJsonIfThere(path, { ...LARGE_JSON, limit: LIMIT });
  if (json === undefined) return undefined;
  const isOurs = typeof json === "object" && json !== null && "images" in json &&
    !Array.isArray(json.images);
  const images = isOurs ? json.images : json;
  const under = isOurs ? ".images" : "";
  if (typeof images !== "object" || images === null || Array.isArray(images)) {
    throw fault(
      path,
      under,
      "an object with a list of categories for each image",
      images,
    );
  }
  const present = new Map<string, ReadonlySet<string>>();
  for (const [image, categories] of Object.entries(images)) {
    const result = v.safeParse(names, categories);
    if (!result.success) {
      const at = `${under}[${JSON.stringify(image)}]`;
      throw schemaFault(path, result.issues[0], { place: at });
    }
    present.set(image, new Set(result.output));
  }
  const sha256 = canonicalHash(asImages(present));
  if (!isOurs) return { present, sha256 };
  const origin = v.safeParse(originSchema, json);
  if (!origin.success) throw schemaFault(path, origin.issues[0]);
  return { ...origin.output, present, sha256, edited: origin.output.sha256 !== sha256 };
}

function asImages(present: PresentCategories): Record<string, readonly string[]> {
  return Object.fromEntries([...present].map(([image, set]) => [image, [...set]]));
}
