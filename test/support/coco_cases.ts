import assert from "node:assert/strict";
import type {
  CocoAnnotations,
  CocoDetection,
  CocoOptions,
} from "../../stages/evaluate/coco/records.ts";
import {
  hasReference,
  readFixture,
  REFERENCE,
  referenceFolders,
  referenceTest,
} from "./fixtures.ts";

/** What pycocotools found in a case. */
export interface CocoExpected {
  readonly stats: Readonly<Record<string, number>>;
  readonly per_category: readonly {
    readonly category_id: number;
    readonly name: string;
    readonly precision_at_iou50: readonly number[];
    readonly recall_per_iou: readonly number[];
  }[];
  readonly eval_imgs: readonly {
    readonly image_id: number;
    readonly category_id: number;
    readonly dt_ids: readonly number[];
    readonly gt_ids: readonly number[];
    readonly dt_matches_iou50: readonly number[];
    readonly gt_matches_iou50: readonly number[];
    readonly dt_ignore_iou50: readonly boolean[];
    readonly gt_ignore: readonly boolean[];
  }[];
  readonly params: {
    readonly iou_type: "bbox" | "segm";
    readonly img_ids: readonly number[] | null;
    readonly cat_ids: readonly number[] | null;
  };
}

/** What the lvis package found in a case. */
export interface LvisExpected {
  readonly results: Readonly<Record<string, number>>;
  readonly per_category: readonly {
    readonly category_id: number;
    readonly AP: number | null;
    readonly AP50: number | null;
    readonly AP75: number | null;
    readonly frequency: string;
  }[];
  readonly detections_kept_after_the_federated_filter: number;
}

/** Folders that have these annotations; one that lacks another file of a case is ignored. */
function* folders(annotations: string): Generator<string> {
  const all = referenceFolders("coco")
    .filter((name) => hasReference(`coco/${name}/${annotations}`));
  if (all.length === 0) {
    const path = `coco/CASE/${annotations}`;
    referenceTest(`a case of ${path} is compared`, [path], () => assert.fail("none"));
  }
  for (const name of all) {
    const files = ["expected", "detections"].map((file) => `coco/${name}/${file}.json`);
    if (files.every(hasReference)) yield name;
    else referenceTest(`${name} is compared`, files, () => assert.fail("incomplete"));
  }
}

function read<Expected>(name: string, annotations: string) {
  return {
    name,
    expected: readFixture<Expected>(`coco/${name}/expected.json`, REFERENCE),
    truth: readFixture<CocoAnnotations>(`coco/${name}/${annotations}`, REFERENCE),
    detections: readFixture<CocoDetection[]>(`coco/${name}/detections.json`, REFERENCE),
  };
}

/** Every case of COCO's evaluation in the set to compare with. */
export function cocoCases() {
  return [...folders("instances.json")].map((name) => {
    const one = read<CocoExpected>(name, "instances.json");
    const { iou_type, img_ids, cat_ids } = one.expected.params;
    const options: CocoOptions = {
      iouType: iou_type,
      imageIds: img_ids ?? undefined,
      categoryIds: cat_ids ?? undefined,
    };
    return { ...one, options };
  });
}

/** Every case of LVIS's evaluation in the set to compare with. */
export function lvisCases() {
  return [...folders("lvis.json")].map((name) => read<LvisExpected>(name, "lvis.json"));
}

/** Every value of `wanted` is in `got`, numbers to 1e-9; null stands for −1, no data. */
export function almostEqual(got: object, wanted: object, where: string): void {
  const values = new Map<string, unknown>(Object.entries(got));
  for (const [key, raw] of Object.entries(wanted)) {
    const value = values.get(key), expected = raw ?? -1;
    if (typeof expected === "number" && typeof value === "number") {
      assert.ok(
        Math.abs(value - expected) <= 1e-9,
        `${where}: ${key} is ${value}, not ${expected}`,
      );
    } else assert.deepEqual(value, expected, `${where}: ${key}`);
  }
}
