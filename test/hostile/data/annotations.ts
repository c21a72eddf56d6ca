import { join } from "node:path";
import { COCO } from "../../support/made_coco.ts";
import type { HostileCase } from "../case.ts";
import { bytesOf, joined, makePipe, put, putPictures } from "../../support/made_files.ts";
import { evaluation } from "./evaluation.ts";

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

function cocoCase(
  name: string,
  outcome: HostileCase["outcome"],
  content: () => unknown,
  kind: "coco" | "lvis" = "coco",
  options = "",
): HostileCase {
  return {
    kind: "data: COCO and LVIS",
    name: kind === "coco" ? name : `LVIS: ${name}`,
    outcome,
    async make(folder) {
      await putPictures(folder);
      const made = content();
      const text = typeof made === "string" || made instanceof Uint8Array
        ? made
        : JSON.stringify(made);
      return evaluation(`${kind}:${await put(folder, "x.json", text)}${options}`);
    },
  };
}

const many = (count: number, made: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => made(i)).join(",");
const withAnnotations = (text: string) =>
  `${JSON.stringify({ ...COCO, annotations: 0 }).replace(/0\}$/, "")}[${text}]}`;
const boxed = (box: readonly number[]) => ({
  ...COCO,
  annotations: [{ ...COCO.annotations[0], bbox: box }],
});

/** Annotations of COCO's and LVIS's forms. */
const DETECTION: readonly HostileCase[] = [
  cocoCase("good", "accepted", () => COCO),
  cocoCase(
    "an unknown key a million deep",
    "accepted",
    () => `{"info":${deep(1e6)},${JSON.stringify(COCO).slice(1)}`,
  ),
  cocoCase("an image a million deep", "refused", () => `{"images":[${deep(1e6)}]}`),
  cocoCase(
    "a million images of nothing",
    "refused",
    () => `{"images":[${many(1e6, () => "{}")}]}`,
  ),
  cocoCase(
    "an image of 300 MB",
    "refused",
    () => joined(bytesOf('{"images":["'), new Uint8Array(3e8).fill(97), bytesOf('"]}')),
  ),
  cocoCase(
    "a key of 100 MB",
    "refused",
    () => joined(bytesOf('{"'), new Uint8Array(1e8).fill(97), bytesOf('":1}')),
  ),
  cocoCase("cut off", "refused", () => JSON.stringify(COCO).slice(0, -20)),
  cocoCase("pictures that lie elsewhere", "refused", () => ({
    ...COCO,
    images: COCO.images.map((image) => ({ ...image, file_name: "../../etc/hostname" })),
  })),
  cocoCase("pictures of 1e300 pixels", "refused", () => ({
    ...COCO,
    images: COCO.images.map((image) => ({ ...image, width: 1e300, height: 1e300 })),
  })),
  cocoCase("a box of 1e308", "refused", () => boxed([-1e308, 0, 1e308, 9])),
  cocoCase(
    "a box that is infinite",
    "refused",
    () => JSON.stringify(boxed([7777, 0, 1, 9])).replace("7777", "1e999"),
  ),
  cocoCase("300,000 boxes in one picture", "refused", () =>
    withAnnotations(
      many(3e5, (id) =>
        `{"id":${id},"image_id":0,"category_id":1,"bbox":[1,1,20,20],"iscrowd":0}`),
    )),
  cocoCase("an id twice", "refused", () => ({
    ...COCO,
    images: [COCO.images[0], COCO.images[0]],
  })),
  cocoCase("a category called like an object's key", "accepted", () => ({
    ...COCO,
    categories: [{ id: 1, name: "__proto__" }],
  })),
  cocoCase("a category of 1 MB", "refused", () => ({
    ...COCO,
    categories: [{ id: 1, name: "a".repeat(1e6) }],
  })),
  cocoCase(
    "absent questions of 40,000 x 40,000",
    "refused",
    () => ({
      images: Array.from({ length: 40_000 }, (_, id) => ({ ...COCO.images[0], id })),
      categories: Array.from({ length: 40_000 }, (_, id) => ({ id, name: `c${id}` })),
      annotations: COCO.annotations,
    }),
    "coco",
    ",absent=0.5",
  ),
  cocoCase(
    "lists of a million absent categories",
    "either",
    () => ({
      ...COCO,
      images: COCO.images.map((image) => ({
        ...image,
        neg_category_ids: Array(1_000_000).fill(2),
        not_exhaustive_category_ids: Array(1_000_000).fill(3),
      })),
    }),
    "lvis",
  ),
  {
    kind: "data: no regular file",
    name: "COCO's annotations in a named pipe",
    outcome: "refused",
    async make(folder) {
      await makePipe(join(folder, "x.json"));
      return evaluation(`coco:${join(folder, "x.json")}`);
    },
  },
];

function lisaCase(
  name: string,
  outcome: HostileCase["outcome"],
  content: () => unknown,
): HostileCase {
  return {
    kind: "data: LISA",
    name,
    outcome,
    async make(folder) {
      await putPictures(folder);
      const made = content();
      const text = typeof made === "string" ? made : JSON.stringify(made);
      await put(folder, "images/a.json", text);
      return evaluation(`lisa:${join(folder, "images")}`);
    },
  };
}

const region = (points: unknown, times = 1) => ({
  text: ["the left one"],
  shapes: Array(times).fill({ label: "target", points }),
});
const square = [[1, 1], [30, 1], [30, 30], [1, 30]];

/** Annotations of LISA's form. */
const LISA: readonly HostileCase[] = [
  lisaCase("good", "accepted", () => region(square)),
  lisaCase(
    "a million points",
    "refused",
    () => region(Array.from({ length: 1e6 }, (_, i) => [i % 60, i % 7])),
  ),
  lisaCase("100,000 polygons", "refused", () => region(square, 1e5)),
  lisaCase("points at 1e300", "refused", () => region([[0, 0], [1e300, 5], [5, 1e300]])),
  lisaCase(
    "points that are infinite",
    "refused",
    () => JSON.stringify(region([[0, 0], [7777, 5], [5, 5]])).replace("7777", "1e999"),
  ),
  lisaCase("a million lists in each other", "refused", () => deep(1e6)),
  lisaCase("a million empty texts", "refused", () => ({ text: Array(1e6).fill("") })),
];

/** Cases of annotation files. */
export const ANNOTATIONS: readonly HostileCase[] = [...DETECTION, ...LISA];
