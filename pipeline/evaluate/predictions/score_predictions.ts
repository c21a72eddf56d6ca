import { from, lastValueFrom, map, toArray } from "npm:rxjs@7.8.2";
import { outlineLength } from "../../../data/geometry/mask/polygon.ts";
import { regularFile } from "../../../data/files/regular_file.ts";
import { parseAnswer } from "../../../stages/parse/parse_answer.ts";
import type { Parsed } from "../../../stages/records.ts";
import { chooseRewards } from "../../../stages/reward/choose_rewards.ts";
import { checkRewardWeights } from "../../../stages/reward/reward_weights.ts";
import { scoreRewards } from "../../../stages/reward/score_rewards.ts";
import { loadRewards } from "../../open/load_rewards.ts";
import type { Figures } from "../../../stages/records.ts";
import { LARGE_JSON, readJsonIfThere } from "../../../data/files/read_json.ts";
import {
  resolveSettings,
  type Settings,
  type SettingsInput,
} from "../../settings/settings.ts";
import { cocoEvaluation } from "../../../stages/evaluate/coco/coco_evaluation.ts";
import { lvisEvaluation } from "../../../stages/evaluate/coco/lvis_evaluation.ts";
import type {
  CocoFigures,
  CocoSegmentation,
  LvisFigures,
} from "../../../stages/evaluate/coco/records.ts";
import { figuresOf, type ScoredAnswer } from "../../../stages/evaluate/figures.ts";
import { fault } from "../../../data/files/json_fault.ts";
import { quoted } from "../../../data/short_text.ts";
import { readAnnotations } from "./annotations.ts";
import { type LoggedCompletion, readCompletionsFile } from "./completions.ts";
import { readResults } from "./results.ts";
import { isRecord } from "./rows.ts";

/** What a results file is worth by the rules of its benchmark; −1 is a figure without data. */
export interface ResultsScore {
  /** Tells the record from those of a run. */
  readonly type: "score";
  /** The benchmark whose rules were applied. */
  readonly benchmark: "coco" | "lvis";
  /** Paths of the files. */
  readonly predictions: string;
  /** Path of the annotations. */
  readonly annotations: string;
  /** How many detections were scored. */
  readonly detections: number;
  /** Detections of categories that the annotations do not have: they count for nothing. */
  readonly unknownCategories: number;
  /**
   * Present and true if an annotation has the id 0: by the rules of the benchmark's own program it
   * is never found, which lowers the figures.
   */
  readonly hasIdZero?: true;
  /** By boxes, if the file states boxes. */
  readonly bbox?: CocoFigures | LvisFigures;
  /** By masks, if the file states masks. */
  readonly segm?: CocoFigures | LvisFigures;
}

/** What the completions of a log are worth: the figures of an evaluation, see `figuresOf`. */
export interface CompletionsScore {
  /** Tells the record from those of a run. */
  readonly type: "score";
  /** Tells it from a `ResultsScore`. */
  readonly benchmark: "completions";
  /** Path of the completions.jsonl. */
  readonly predictions: string;
  /** How many completions were scored. */
  readonly completions: number;
  /** Of all completions; each counts as an answer to a question of its own. */
  readonly figures: Figures;
  /** Figures of each step, in order. */
  readonly steps: readonly { readonly step: number; readonly figures: Figures }[];
}

/** What `scorePredictions` finds; `benchmark` tells which. */
export type PredictionsScore = ResultsScore | CompletionsScore;

const READ: readonly string[] = [
  "predictions",
  "annotations",
  "profile",
  "iouThreshold",
  "reward",
  "rewardWeights",
  "thinking",
];

/**
 * Scores the answers in a file, which any system may have made.
 *
 * `predictions` is a results file of COCO or LVIS, with boxes or masks or both, which is scored
 * against `annotations` by the benchmark's own rules; or a run's completions.jsonl, which holds
 * its own ground truth, and is parsed and scored as in training and evaluation.
 *
 * @throws {TypeError} If a setting is given that has no meaning here, or one is missing.
 * @throws {SyntaxError} If a file is not what it should be: names the file and the place.
 */
export async function scorePredictions(input: SettingsInput): Promise<PredictionsScore> {
  const settings = resolveSettings(input);
  const { predictions, annotations } = settings;
  if (predictions === undefined) {
    throw new TypeError(
      `annotations ${annotations} needs option predictions: the answers to score`,
    );
  }
  for (const [name, value] of Object.entries(input)) {
    if (READ.includes(name) || value === undefined) continue;
    throw new TypeError(
      `${name} does not go with option predictions: no model is asked`,
    );
  }
  const head = await headOf(predictions);
  if (head === undefined) throw missing("predictions", predictions);
  if (head.startsWith("[")) return await scoreResults(settings);
  if (!head.startsWith("{")) {
    throw new SyntaxError(
      `${predictions} is neither a list of results (COCO, LVIS) nor a completions.jsonl`,
    );
  }
  if (annotations !== undefined) {
    throw new TypeError(
      `annotations ${annotations} does not go with ${predictions}: ` +
        await remedyForObject(predictions),
    );
  }
  return await scoreCompletions(settings);
}

/** What to do with results that are no list, as the file's beginning shows. */
async function remedyForObject(path: string): Promise<string> {
  const head = await headOf(path) ?? "";
  const first = jsonIn(head) ?? jsonIn(head.split("\n", 1)[0]!);
  if (isRecord(first)) {
    if (Object.hasOwn(first, "image_id")) {
      return "it has a detection a line; write one JSON list of them";
    }
    const list = Object.keys(first).find((key) => holdsScores(first[key]));
    if (list !== undefined) {
      return `it is an object; give the list ${quoted(list)} in it as a file of its own`;
    }
  }
  return "it is not a list of results (COCO, LVIS), and a completions.jsonl holds its own " +
    "ground truth";
}

function holdsScores(value: unknown): boolean {
  return Array.isArray(value) && isRecord(value[0]) && Object.hasOwn(value[0], "score");
}

/** The value that a text holds; nothing if it is not JSON, or cut off. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The beginning of a file after its white space; nothing if there is no such file. */
async function headOf(path: string): Promise<string | undefined> {
  try {
    await regularFile(path);
    using file = await Deno.open(path);
    const bytes = new Uint8Array(2 ** 16);
    const read = await file.read(bytes) ?? 0;
    return new TextDecoder().decode(bytes.subarray(0, read)).trimStart();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}

async function scoreResults(
  { predictions, annotations }: Settings,
): Promise<ResultsScore> {
  const file = predictions!;
  if (annotations === undefined) {
    throw new TypeError(
      `predictions ${file} needs option annotations: the instances.json that it is about`,
    );
  }
  const json = await readJsonIfThere(annotations, LARGE_JSON);
  if (json === undefined) throw missing("annotations", annotations);
  const { benchmark, truth } = readAnnotations(json, annotations);
  const { detections, states, unknownCategories } = readResults(
    await readJsonIfThere(file, LARGE_JSON),
    file,
    truth,
  );
  const evaluation = benchmark === "lvis" ? lvisEvaluation : cocoEvaluation;
  const boxed = truth.annotations.findIndex(({ segmentation }) => !segmentation);
  if (boxed >= 0 && !states.includes("bbox")) {
    throw fault(annotations, `.annotations[${boxed}].segmentation`, "a mask", undefined);
  }
  checkOutlines(annotations, truth.annotations);
  checkOutlines(file, detections);
  // Boxes with masks beside them are scored as boxes if the ground truth has no masks.
  const compared = states.filter((state) => state === "bbox" || boxed < 0);
  const figures = compared.map((iouType) => {
    try {
      return [iouType, evaluation(truth, detections, { iouType })];
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // These errors name a row but no file.
      const Class = error.constructor as ErrorConstructor;
      throw new Class(`${file} against ${annotations}: ${error.message}`);
    }
  });
  return {
    type: "score",
    benchmark,
    predictions: file,
    annotations,
    detections: detections.length,
    unknownCategories,
    ...truth.annotations.some(({ id }) => id === 0) && { hasIdZero: true },
    ...Object.fromEntries(figures),
  };
}

/** Pixels of all outlines of a file, at most: minutes. LVIS's have 80 million. */
const OUTLINES = 2e9;

/** Outlines that go back and forth over large images would be traced for days. */
function checkOutlines(
  file: string,
  rows: readonly { readonly segmentation?: CocoSegmentation }[],
): void {
  let sum = 0;
  rows.forEach(({ segmentation }, i) => {
    if (segmentation === undefined || "counts" in segmentation) return;
    for (const polygon of segmentation) sum += outlineLength(polygon);
    if (sum <= OUTLINES) return;
    throw new RangeError(
      `${file}: [${i}]: up to here outlines have more than ${OUTLINES} pixels together: ` +
        "simplify them, or score the boxes alone",
    );
  });
}

/** Completions that are scored at a time. */
const TOGETHER = 64;

async function scoreCompletions(
  settings: Settings,
): Promise<CompletionsScore> {
  const { predictions, profile, iouThreshold, reward, rewardWeights, thinking } =
    settings;
  const file = predictions!;
  const rows = await readCompletionsFile(file);
  await using own = await loadRewards(reward, {}, { timeout: settings.rewardTimeout });
  checkRewardWeights(rewardWeights, profile, own.rewards);
  const scored = from(rows).pipe(
    map(asParsed),
    scoreRewards(
      chooseRewards(profile, own.rewards, { iouThreshold, thinking }),
      rewardWeights,
      { together: TOGETHER },
    ),
    map((completion, i): ScoredAnswer & { readonly step: number } => ({
      ...completion,
      tokenIds: { length: rows[i]!.tokens },
    })),
    toArray(),
  );
  const answers = await lastValueFrom(scored);
  const steps = [...Map.groupBy(answers, ({ step }) => step)]
    .map(([step, own]) => ({ step, figures: figuresOf(own, undefined, thinking) }));
  return {
    type: "score",
    benchmark: "completions",
    predictions: file,
    completions: answers.length,
    figures: figuresOf(answers, undefined, thinking),
    steps: steps.sort((a, b) => a.step - b.step),
  };
}

/** A logged completion as the stages know it; what the log leaves out is empty. */
function asParsed(
  { id, step, prompt, target, text, frame }: LoggedCompletion,
  line: number,
): Parsed {
  return {
    id,
    step,
    // Several completions of one question must not share an image in average precision.
    question: { id: String(line), images: [], prompt, target },
    index: 0,
    text,
    frame,
    tokenIds: [],
    logProbs: [],
    finish: "stop",
    policyVersion: 0,
    answer: parseAnswer(text, frame),
  };
}

function missing(option: string, path: string): Error {
  return new Error(`${option} ${path}: there is no such file`);
}
