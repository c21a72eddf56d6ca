import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lastValueFrom, toArray } from "rxjs";
import {
  type ResultsScore,
  scorePredictions,
} from "../../../../pipeline/evaluate/predictions/score_predictions.ts";
import { scoreTable } from "../../../../pipeline/cli/score_table.ts";
import { train } from "../../../../pipeline/train/train.ts";
import { fixturePath, readFixture } from "../../../support/fixtures.ts";
import { inFolder } from "../../../support/in_folder.ts";
import { bandit, partsOf, QUICK } from "../../../support/bandit.ts";

const CLI = fileURLToPath(new URL("../../../../pipeline/cli/main.ts", import.meta.url));

interface Expected {
  readonly stats?: Readonly<Record<string, number>>;
  readonly results?: Readonly<Record<string, number>>;
  readonly per_category: readonly {
    readonly category_id: number;
    readonly AP: number | null;
  }[];
  readonly params?: {
    readonly iou_type: "bbox" | "segm";
    readonly img_ids: readonly number[] | null;
    readonly cat_ids: readonly number[] | null;
  };
}

/** Every case of the fixtures that scores a whole file, by the files that are in its folder. */
const cases = [...Deno.readDirSync(fixturePath("coco"))].flatMap(
  ({ name, isDirectory }) => {
    if (!isDirectory) return [];
    const files = [...Deno.readDirSync(fixturePath(`coco/${name}`))].map((f) => f.name);
    const annotations = ["instances.json", "lvis.json"].find((file) =>
      files.includes(file)
    );
    if (annotations === undefined || !files.includes("detections.json")) return [];
    const expected = readFixture<Expected>(`coco/${name}/expected.json`);
    const { img_ids, cat_ids } = expected.params ?? { img_ids: null, cat_ids: null };
    const isWhole = img_ids === null && cat_ids === null;
    return isWhole ? [{ name, annotations, expected }] : [];
  },
);

const pathsOf = ({ name, annotations }: typeof cases[number]) => ({
  predictions: fixturePath(`coco/${name}/detections.json`),
  annotations: fixturePath(`coco/${name}/${annotations}`),
});

for (const one of cases) {
  Deno.test(`scorePredictions() gives the reference's numbers for the files of ${one.name}`, async () => {
    const { stats, results, per_category, params } = one.expected;
    const score = await scorePredictions(pathsOf(one)) as ResultsScore;
    assert.equal(score.benchmark, stats ? "coco" : "lvis");
    const figures = score[params?.iou_type ?? "bbox"]!;
    const summary: Readonly<Record<string, number>> = { ...figures.summary };
    for (const [name, value] of Object.entries(stats ?? results!)) {
      assert.ok(Math.abs(summary[name]! - value) <= 1e-9, `${name}: ${summary[name]}`);
    }
    for (const { category_id, AP } of per_category) {
      const own = figures.categories.find((row) => row.category_id === category_id);
      assert.ok(Math.abs(own!.AP - (AP ?? -1)) <= 1e-9, `${category_id}: ${own!.AP}`);
    }
  });
}

function command(...args: string[]) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", CLI, "evaluate", ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** One case of each benchmark and kind of region. */
const kinds = Map.groupBy(
  cases,
  ({ annotations, expected }) => `${annotations} ${expected.params?.iou_type}`,
);

Deno.test("evaluate --predictions writes all numbers unrounded as one line of JSON", async () => {
  assert.ok(kinds.size > 0);
  await Promise.all([...kinds.values()].map(([one]) => writesJson(pathsOf(one!))));
});

async function writesJson(
  { predictions, annotations }: ReturnType<typeof pathsOf>,
): Promise<void> {
  const { code, stdout, stderr } = await command(
    "--predictions",
    predictions,
    "--annotations",
    annotations,
    "--json",
  );
  assert.equal(text(stderr), "");
  assert.equal(code, 0);
  const expected = await scorePredictions({ predictions, annotations });
  assert.deepEqual(JSON.parse(text(stdout)), JSON.parse(JSON.stringify(expected)));
}

Deno.test("files and flags that cannot be scored give one sentence and exit code 2", async () => {
  await inFolder(async (folder) => {
    const file = async (name: string, content: unknown) => {
      const path = join(folder, name);
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await Deno.writeTextFile(path, text);
      return path;
    };
    const bbox = [0, 0, 9, 9];
    const truth = await file("truth.json", {
      images: [{ id: 7, width: 20, height: 10 }],
      annotations: [{ id: 1, image_id: 7, category_id: 1, bbox, area: 81 }],
      categories: [{ id: 1, name: "cat" }],
    });
    const row = { image_id: 7, category_id: 1, bbox, score: 0.5 };
    const good = await file("good.json", [row]);
    const bad = await file("bad.json", [row, { ...row, bbox: [0, 0, "9", 9] }]);
    const mask = await file("mask.json", [{
      ...row,
      bbox: undefined,
      segmentation: { size: [10, 20], counts: [199] },
    }]);
    const annotated = await file("masks.json", {
      images: [{ id: 7, width: 20, height: 10 }],
      annotations: [{
        ...{ id: 1, image_id: 7, category_id: 1, bbox, area: 81 },
        segmentation: [[0, 0, 9, 0, 9, 9, 0, 9]],
      }],
      categories: [{ id: 1, name: "cat" }],
    });
    const refused: [string[], RegExp][] = [
      [
        ["--predictions", bad, "--annotations", truth],
        /bad\.json: \[1\]\.bbox\[2\] must be/,
      ],
      [["--predictions", good], /good\.json needs --annotations: the instances\.json/],
      [["--annotations", truth], /truth\.json needs --predictions/],
      [["--predictions", join(folder, "no.json")], /no\.json: there is no such file/],
      [
        ["--predictions", good, "--annotations", join(folder, "no.json")],
        /--annotations \S*no\.json: there is no such file/,
      ],
      [["--predictions", truth], /truth\.json: line 1: \.id is missing/],
      [
        ["--predictions", truth, "--annotations", truth],
        /does not go with \S*truth\.json: it is not a list of results/,
      ],
      [["--predictions", await file("e.txt", "")], /e\.txt is neither a list of results/],
      [
        ["--predictions", await file("cut.json", "[{"), "--annotations", truth],
        /cut\.json is not JSON/,
      ],
      [
        ["--predictions", mask, "--annotations", truth],
        /truth\.json: \.annotations\[0\]\.segmentation is missing/,
      ],
      [
        ["--predictions", mask, "--annotations", annotated],
        /mask\.json against \S*masks\.json: Detection 1: /,
      ],
      [
        ["--predictions", good, "--annotations", truth, "--model", "emoji"],
        /--model does not go with --predictions: no model is asked/,
      ],
    ];
    await Promise.all(refused.map(async ([args, message]) => {
      const { code, stdout, stderr } = await command(...args);
      assert.match(text(stderr), message);
      assert.equal(text(stderr).trimEnd().split("\n").length, 1, text(stderr));
      assert.equal(code, 2);
      assert.equal(stdout.length, 0);
    }));
  });
});

Deno.test("a run's completions, scored again, are worth what the run said", async () => {
  await inFolder(async (out) => {
    const records = await lastValueFrom(
      train({ ...QUICK, out }, partsOf(bandit())).pipe(toArray()),
    );
    const score = await scorePredictions({ predictions: join(out, "completions.jsonl") });
    assert.ok(score.benchmark === "completions");
    assert.equal(score.completions, 4 * 3 * 4);
    const steps = records.flatMap((record) => record.type === "step" ? [record] : []);
    assert.deepEqual(score.steps.map(({ step }) => step), [1, 2, 3, 4]);
    for (const { step, figures } of score.steps) {
      const { reward } = steps.find((record) => record.step === step)!;
      assert.ok(Math.abs(figures.reward! - (reward as number)) < 1e-12, `${step}`);
      assert.equal(figures.mean_length, 2);
      assert.equal(figures.questions, 12);
    }
    const lines = scoreTable(score).split("\n");
    assert.match(lines[0]!, /^completions +all +step 1 +step 4$/);

    // The official profile pays other rewards for the same answers.
    const official = await scorePredictions({
      predictions: join(out, "completions.jsonl"),
      profile: "official",
    });
    assert.ok(official.benchmark === "completions");
    assert.equal(official.figures.accuracy, score.figures.accuracy);
  });
});

Deno.test("logged boxes are read in their frame, and no two answers share a picture", async () => {
  await inFolder(async (folder) => {
    const predictions = join(folder, "completions.jsonl");
    const line = {
      id: "a",
      step: 1,
      target: {
        kind: "detection",
        category: "cat",
        boxes: [{ x1: 100, y1: 100, x2: 500, y2: 500 }],
      },
      text:
        "<think></think><answer>[{'Position': [28, 14, 140, 70], 'Confidence': 1}]</answer>",
      frame: { kind: "pixels", width: 280, height: 140 },
      tokens: 9,
    };
    await Deno.writeTextFile(predictions, `${JSON.stringify(line)}\n`.repeat(2));
    const score = await scorePredictions({ predictions });
    assert.ok(score.benchmark === "completions");
    assert.equal(score.figures.map, 1);
    assert.equal(score.figures.mean_iou, 1);
    await Deno.writeTextFile(predictions, JSON.stringify({ ...line, frame: undefined }));
    const wrong = await scorePredictions({ predictions });
    assert.ok(wrong.benchmark === "completions" && wrong.figures.mean_iou! < 0.1);

    // Seven eighths of the box: found at 0.5 and not at 0.9, which no figure but rewards sees.
    const near = { ...line, text: line.text.replace("140, 70", "140, 63") };
    await Deno.writeTextFile(predictions, JSON.stringify(near));
    const [loose, strict] = await Promise.all(
      [0.5, 0.9].map((iouThreshold) => scorePredictions({ predictions, iouThreshold })),
    );
    assert.ok(loose!.benchmark === "completions" && strict!.benchmark === "completions");
    assert.equal(loose!.figures.reward, 0.875 + 1 + 1);
    assert.equal(strict!.figures.reward, 0 + 1 / 3 + 1);
    assert.equal(strict!.figures.map, loose!.figures.map);

    // A think block, and no thinking asked for.
    const unasked = await scorePredictions({ predictions, thinking: false });
    assert.ok(unasked.benchmark === "completions");
    assert.equal(unasked.figures.format_rate, 0);
    assert.equal(unasked.figures.reward, loose!.figures.reward! - 1);
    assert.deepEqual(unasked.steps[0]!.figures, unasked.figures);
  });
});

Deno.test("the table shows what there is, and no orders to the terminal", () => {
  const row = { category_id: 1, AP: 0.5, AP50: 1, AP75: -1 };
  const numbers = { AP: 0.5, AP50: 1, AP75: -1 };
  const score = (count: number): ResultsScore => ({
    type: "score",
    benchmark: "lvis",
    predictions: "p",
    annotations: "a",
    detections: 3,
    unknownCategories: 2,
    bbox: {
      summary: numbers,
      categories: Array.from(
        { length: count },
        (_, i) => ({ ...row, name: `\x1b[2J${i}` }),
      ),
      kept: 1,
    } as unknown as ResultsScore["bbox"],
  });
  const table = scoreTable(score(2));
  assert.ok(!table.includes("\x1b"));
  assert.match(table, /^LVIS +bbox\nAP +0\.500\nAP50 +1\.000\n\n/);
  assert.match(table, /\n\?\[2J1 +0\.500 +1\.000 +–\n/);
  assert.match(table, /\n2 of 3 detections are of categories/);
  assert.match(scoreTable(score(101)), /101 categories by bbox: --json has the figures/);
});
