import { join } from "node:path";
import type { HostileCase } from "../case.ts";
import { COCO } from "../../support/made_coco.ts";
import { bytesOf, joined, lines, makePipe, put } from "../../support/made_files.ts";

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const COMPLETION = {
  ...{ id: "a", step: 1, prompt: "What?", text: "<answer>cat</answer>", tokens: 4 },
  target: { kind: "classification", label: "cat" },
};

function scored(
  name: string,
  outcome: HostileCase["outcome"],
  make: (path: string) => Promise<unknown>,
): HostileCase {
  return {
    kind: "data: predictions",
    name,
    outcome,
    async make(folder) {
      const path = join(folder, "p.jsonl");
      await make(path);
      return ["evaluate", "--predictions", path, "--json"];
    },
  };
}

const holding = (content: () => string | Uint8Array) => (path: string) =>
  put(join(path, ".."), "p.jsonl", content());

/** Detections against annotations. */
function compared(
  name: string,
  outcome: HostileCase["outcome"],
  results: () => string | Uint8Array,
  truth: () => string = () => JSON.stringify(TRUTH),
): HostileCase {
  return {
    kind: "data: predictions",
    name: `detections: ${name}`,
    outcome,
    async make(folder) {
      const predictions = await put(folder, "r.json", results());
      const annotations = await put(folder, "x.json", truth());
      return [
        ...["evaluate", "--predictions", predictions, "--annotations", annotations],
        "--json",
      ];
    },
  };
}

const TRUTH = {
  ...COCO,
  annotations: COCO.annotations.map((one) => ({ ...one, area: 400 })),
};
const MASKED = {
  ...TRUTH,
  annotations: TRUTH.annotations.map((one) => ({
    ...one,
    segmentation: [[1, 1, 20, 1, 20, 20]],
  })),
};
const detection = (more: object) =>
  JSON.stringify([{ image_id: 0, category_id: 1, score: 0.5, ...more }]);
const masked = (segmentation: unknown) => () => detection({ segmentation });
const maskedTruth = () => JSON.stringify(MASKED);

/** Files of answers and of settings. */
export const PREDICTIONS: readonly HostileCase[] = [
  scored("good", "accepted", holding(() => lines([COMPLETION]))),
  scored("a named pipe", "refused", makePipe),
  scored("a device", "refused", (path) => Deno.symlink("/dev/zero", path)),
  scored("a folder", "refused", (path) => Deno.mkdir(path)),
  scored(
    "a line of 600 MB",
    "refused",
    holding(() => joined(bytesOf('{"id":"'), new Uint8Array(6e8).fill(97))),
  ),
  scored("a million lists in each other", "refused", holding(() => `{"a":${deep(1e6)}}`)),
  scored(
    "names of objects' keys",
    "refused",
    holding(() => '{"__proto__":{"step":1},"constructor":1}'),
  ),
  scored(
    "bytes that are no text",
    "refused",
    holding(() => joined(bytesOf("{"), Uint8Array.of(255, 254))),
  ),
  compared("good", "accepted", () => detection({ bbox: [1, 1, 20, 20] })),
  compared("a million deep", "refused", () => deep(1e6)),
  compared("30 million empty lists", "refused", () => `[${"[],".repeat(3e7)}[]]`),
  compared(
    "a mask of 10^9 pixels",
    "refused",
    masked({ size: [1e5, 1e4], counts: [1e9] }),
    maskedTruth,
  ),
  compared(
    "a mask of 2^31 pixels on so large a picture",
    "refused",
    masked({ size: [2 ** 20, 2 ** 20], counts: "0" }),
    maskedTruth,
  ),
  compared(
    "a polygon that goes far out",
    "refused",
    masked([Array.from({ length: 1000 }, (_, i) => i % 3 === 0 ? 1e6 : -1e6)]),
    maskedTruth,
  ),
  compared("3000 polygons that go back and forth", "refused", () => {
    const far = Array.from({ length: 4 }, (_, i) => i % 2 === 0 ? -4e5 : 4e5);
    const row = {
      image_id: 0,
      category_id: 1,
      score: 0.5,
      segmentation: [[...far, 1, 1]],
    };
    return JSON.stringify(Array(3000).fill(row));
  }, maskedTruth),
  compared("a polygon of one number", "refused", masked([[1]]), maskedTruth),
  compared("annotations a million deep", "refused", () => "[]", () => deep(1e6)),
  {
    kind: "data: predictions",
    name: "settings in a device",
    outcome: "refused",
    async make(folder) {
      await Deno.symlink("/dev/zero", join(folder, "c.json"));
      return ["train", "--config", join(folder, "c.json"), "--json"];
    },
  },
  {
    kind: "data: predictions",
    name: "settings a million deep",
    outcome: "refused",
    make: async (folder) => [
      ...["train", "--json", "--config"],
      await put(folder, "c.json", `{"a":${deep(1e6)}}`),
    ],
  },
  {
    kind: "data: predictions",
    name: "a manifest a million deep",
    outcome: "refused",
    make: async (folder) => [
      ...["evaluate", "--json", "--backend", "wasm", "--data"],
      await put(
        folder,
        "manifest.json",
        `{"data":"emoji:detection","train":${deep(1e6)}}`,
      ),
    ],
  },
  {
    kind: "data: predictions",
    name: "a manifest in a named pipe",
    outcome: "refused",
    async make(folder) {
      await makePipe(join(folder, "manifest.json"));
      return ["evaluate", "--json", "--data", join(folder, "manifest.json")];
    },
  },
  {
    kind: "data: predictions",
    name: "a map of what is there in a device",
    outcome: "refused",
    async make(folder) {
      await Deno.symlink("/dev/zero", join(folder, "m.json"));
      return ["evaluate", "--json", "--exist-map", join(folder, "m.json")];
    },
  },
];
