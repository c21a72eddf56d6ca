/**
 * Scores boxes that any system predicted, by COCO's rules. No model is asked.
 *
 *     deno run -A examples/evaluate_predictions.ts
 *     deno run -A examples/evaluate_predictions.ts instances.json detections.json
 *
 * Without files it scores two cats, one found exactly and one missed:
 *
 *     AP 0.505 AP50 0.505 AR100 0.500
 *     cat 0.505
 */
import {
  type CocoAnnotations,
  type CocoDetection,
  cocoEvaluation,
} from "../exports/evaluate.ts";

const CATS: CocoAnnotations = {
  images: [1, 2].map((id) => ({ id, width: 100, height: 100 })),
  categories: [{ id: 7, name: "cat" }],
  annotations: [1, 2].map((image_id) => ({
    ...{ id: image_id, image_id, category_id: 7, iscrowd: 0 },
    ...{ bbox: [10, 10, 50, 40], area: 2000 }, // x, y, width, height in pixels
  })),
};
const FOUND: CocoDetection[] = [
  { image_id: 1, category_id: 7, bbox: [10, 10, 50, 40], score: 0.9 },
];

const [truth, predictions] = Deno.args.map((path) =>
  JSON.parse(Deno.readTextFileSync(path))
);
const { summary, categories } = cocoEvaluation(truth ?? CATS, predictions ?? FOUND);

const shown = ["AP", "AP50", "AR100"] as const;
console.log(...shown.flatMap((name) => [name, summary[name]!.toFixed(3)]));
for (const { name, AP } of categories) console.log(name, AP.toFixed(3));
