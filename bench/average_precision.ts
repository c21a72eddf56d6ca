/**
 * How long COCO's and LVIS's evaluations take, from parsed rows to the summary, beside
 * pycocotools and lvis where `python3` (or what PYTHON names) has them: medians of alternating
 * runs in seconds of CPU time (ours with its threads for compiling and collecting), which other
 * work on the machine disturbs least, and the largest difference between the numbers. The rows
 * are made up, from one seed.
 *
 * `deno run -A bench/average_precision.ts [rounds]`, three rounds by default; nearly all of the
 * time is the reference's.
 *
 * @module
 */
import { median } from "./median.ts";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import type { BoxXywh } from "../data/geometry/mask/box_xywh.ts";
import { polygonMask } from "../data/geometry/mask/polygon.ts";
import { formatRle } from "../data/geometry/mask/rle_string.ts";
import { stream } from "../data/random.ts";
import { cocoEvaluation } from "../stages/evaluate/coco/coco_evaluation.ts";
import { lvisEvaluation } from "../stages/evaluate/coco/lvis_evaluation.ts";
import type {
  CocoAnnotation,
  CocoAnnotations,
  CocoDetection,
} from "../stages/evaluate/coco/records.ts";

const HEIGHT = 480, WIDTH = 640;

interface Rows {
  readonly truth: CocoAnnotations;
  readonly detections: readonly CocoDetection[];
}

interface Measured {
  /** Of CPU time. */
  readonly seconds: number;
  readonly summary: readonly number[];
}

/**
 * Pictures with about seven objects, few categories frequent and many rare, boxes of all sizes.
 * Every third picture has 100 to 150 detections, the others about 25: most objects are found
 * more or less well, some twice, and the rest of the detections finds nothing.
 */
function makeUp(images: number, categories: number, masks: boolean): Rows {
  const next = stream(2025, images, categories);
  const skewed = (mean: number) => -mean * Math.log(1 - next());
  const shaken = (value: number, by: number) =>
    cents(value + 0.24 * by * (next() + next() - 1));
  const category = () => 1 + Math.floor(categories * next() ** 2.5);
  const box = (): BoxXywh => {
    const w = Math.min(600, 8 + skewed(90)), h = Math.min(440, 8 + skewed(90));
    return [
      cents(next() * (WIDTH - w)),
      cents(next() * (HEIGHT - h)),
      cents(w),
      cents(h),
    ];
  };
  const annotations: CocoAnnotation[] = [];
  const detections: CocoDetection[] = [];
  for (let image_id = 1; image_id <= images; image_id++) {
    const full = image_id % 3 === 0;
    const wanted = detections.length + (full ? 100 + 50 * next() : skewed(25));
    const detect = (category_id: number, [x, y, w, h]: BoxXywh, sureness: number) => {
      const near = [shaken(x, w), shaken(y, h), shaken(w, w), shaken(h, h)] as const;
      const score = cents(sureness);
      const region = masks ? drawn(near) : { bbox: near };
      detections.push({ image_id, category_id, ...region, score });
    };
    for (let objects = Math.round(skewed(7.2)); objects > 0; objects--) {
      const bbox = box(), category_id = category();
      annotations.push({
        id: annotations.length + 1,
        image_id,
        category_id,
        bbox,
        area: cents(bbox[2] * bbox[3] * (0.5 + 0.5 * next())),
        iscrowd: next() < 0.01 ? 1 : 0,
        segmentation: masks ? [outline(bbox)] : undefined,
      });
      for (let tries = 0; tries < 2; tries++) {
        const found = next() < 0.7;
        if (found && detections.length < wanted) detect(category_id, bbox, next() ** 0.5);
      }
    }
    while (detections.length < wanted) detect(category(), box(), next() ** 3);
  }
  const ids = Array.from({ length: categories }, (_, i) => i + 1);
  return {
    detections,
    truth: {
      annotations,
      categories: ids.map((id) => ({
        id,
        name: `category ${id}`,
        frequency: (["f", "c", "r"] as const)[Math.floor(3 * (id - 1) / categories)],
      })),
      images: Array.from({ length: images }, (_, i) => ({
        id: i + 1,
        width: WIDTH,
        height: HEIGHT,
        neg_category_ids: ids.filter(() => next() < 0.05),
        not_exhaustive_category_ids: ids.filter(() => next() < 0.01),
      })),
    },
  };
}

function cents(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Twelve corners on an ellipse in the box. */
function outline([x, y, w, h]: BoxXywh): number[] {
  return Array.from({ length: 12 }, (_, i) => [
    cents(x + w * (0.5 + 0.5 * Math.cos(i * Math.PI / 6))),
    cents(y + h * (0.5 + 0.5 * Math.sin(i * Math.PI / 6))),
  ]).flat();
}

function drawn(bbox: BoxXywh) {
  const size = [HEIGHT, WIDTH] as const;
  return { segmentation: { size, counts: formatRle(polygonMask(outline(bbox), size)) } };
}

/** The reference in a process of its own; undefined where Python lacks the packages. */
async function openReference(folder: string) {
  const python = Deno.env.get("PYTHON") ?? "python3";
  const has = async (modules: string) => {
    try {
      const args = ["-c", `import ${modules}`];
      return (await new Deno.Command(python, { args, stderr: "null" }).output()).success;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  };
  if (!await has("pycocotools")) return undefined;
  const script = fileURLToPath(new URL("average_precision.py", import.meta.url));
  const child = new Deno.Command(python, {
    args: [script, folder],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const questions = child.stdin.getWriter();
  const answers = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    hasLvis: await has("lvis"),
    async ask(name: string, kind: string): Promise<Measured> {
      await questions.write(new TextEncoder().encode(`${name} ${kind}\n`));
      let line = "";
      while (!line.endsWith("\n")) {
        const { value, done } = await answers.read();
        if (done) throw new Error(`The reference ended without an answer to ${name}`);
        line += value;
      }
      return JSON.parse(line);
    },
    async close() {
      await questions.close();
      await child.status;
    },
  };
}

function timed(run: () => { readonly summary: object }): Measured {
  const start = process.cpuUsage();
  const { summary } = run();
  const { user, system } = process.cpuUsage(start);
  return { seconds: (user + system) / 1e6, summary: Object.values(summary) };
}

const rounds = Number(Deno.args[0] ?? 3);
const cases = [
  { name: "boxes", kind: "bbox", images: 5000, categories: 80 },
  { name: "masks", kind: "segm", images: 500, categories: 80 },
  { name: "federated", kind: "lvis", images: 500, categories: 300 },
] as const;

const folder = await Deno.makeTempDir();
const reference = await openReference(folder);
if (!reference) console.log("(no Python with pycocotools: ours alone)");
try {
  for (const { name, kind, images, categories } of cases) {
    const { truth, detections } = makeUp(images, categories, kind === "segm");
    const ours: number[] = [], theirs: number[] = [];
    const compared = kind === "lvis" && !reference?.hasLvis ? undefined : reference;
    if (compared) {
      await Deno.mkdir(join(folder, name));
      const write = (file: string, rows: unknown) =>
        Deno.writeTextFile(join(folder, name, file), JSON.stringify(rows));
      await write("truth.json", truth);
      await write("detections.json", detections);
    }
    let difference = 0;
    for (let round = 0; round < rounds; round++) {
      const mine = timed(() =>
        kind === "lvis"
          ? lvisEvaluation(truth, detections)
          : cocoEvaluation(truth, detections, { iouType: kind })
      );
      ours.push(mine.seconds);
      const other = await compared?.ask(name, kind);
      if (!other) continue;
      theirs.push(other.seconds);
      other.summary.forEach((value, i) => {
        difference = Math.max(difference, Math.abs(value - mine.summary[i]!));
      });
    }
    console.log(
      `${name}: ${images} images x ${categories} categories, ${truth.annotations.length} ` +
        `objects, ${detections.length} detections, ${rounds} rounds`,
    );
    console.log(`  ours       ${median(ours).toFixed(2)} s`);
    if (!compared) continue;
    const ratios = ours.map((mine, i) => theirs[i]! / mine);
    console.log(
      `  reference  ${median(theirs).toFixed(2)} s, ${
        median(ratios).toFixed(1)
      } times as long ` +
        `(from ${Math.min(...ratios).toFixed(1)} to ${
          Math.max(...ratios).toFixed(1)
        }); ` +
        `largest difference ${difference.toExponential(1)}`,
    );
  }
} finally {
  await reference?.close();
  await Deno.remove(folder, { recursive: true });
}
