import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import * as v from "npm:valibot@1.5.0";
import type { Box, FramedBox, PixelBox } from "../geometry/box.ts";
import { pixelsToFrame } from "../geometry/box.ts";
import { byteLines } from "../files/byte_lines.ts";
import type { SolutionReader } from "./examples.ts";
import { categoryOf } from "../questions/category_of.ts";
import { nearestName } from "../nearest_name.ts";
import {
  type Picture,
  pictureFolder,
  pictureInFolder,
  pictureSize,
} from "../pictures/picture.ts";
import type { PromptSet } from "../questions/prompt.ts";
import { checkPrompt } from "../questions/prompt_text.ts";
import {
  MOST_BOXES,
  MOST_ITEMS,
  MOST_PICTURES,
  NAME_LENGTH,
  PROMPT_LENGTH,
} from "../questions/question_limits.ts";
import { quoted } from "../short_text.ts";
import type { Target } from "../questions/question.ts";
import type { RowSet } from "./rows.ts";
import { checkJson } from "../files/check_json.ts";
import { parseJsonText } from "../files/read_json.ts";
import { wholeBox } from "../geometry/whole_box.ts";

/** How a JSONL file is opened. */
export interface JsonlOptions {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** Reads the ground truth of `solution` and of `conversations`. */
  readonly readSolution: SolutionReader;
  /** Folder of the images, relative to the file's folder. Default: guessed. */
  readonly images?: string;
  /** What boxes count. Default: pixels. */
  readonly frame?: "pixels" | "per-mille";
  /** What the images show; see `PromptTask`. */
  readonly subject?: string;
  /** What is asked about it; see `PromptTask`. */
  readonly attribute?: string;
}

type Corners = readonly [number, number, number, number];

/** A line that was read. Boxes are still in the file's own frame. */
interface Line {
  readonly number: number;
  readonly id: string;
  readonly files: readonly string[];
  readonly prompt: string;
  readonly reasoning?: string;
  readonly truth:
    | { readonly kind: "ready"; readonly target: Target }
    | {
      readonly kind: "boxes";
      readonly category: string;
      readonly boxes: readonly Corners[];
    }
    | { readonly kind: "region"; readonly box: Corners };
}

const name = v.pipe(
  v.string("a text"),
  v.trim(),
  v.minLength(1, "a text that is not empty"),
);
const short = v.pipe(name, v.maxLength(NAME_LENGTH, `at most ${NAME_LENGTH} characters`));
/** Largest coordinate of a box, in pixels; differences of such numbers are finite. */
const FARTHEST = 1e9;

const long = v.pipe(
  name,
  v.maxLength(PROMPT_LENGTH, `at most ${PROMPT_LENGTH} characters`),
);
const number = v.pipe(
  v.number("a number"),
  v.check((value) => Math.abs(value) <= FARTHEST, `a number within ±${FARTHEST}`),
);
const corners = v.pipe(
  v.tuple([number, number, number, number], "four numbers: x1, y1, x2, y2"),
  v.check(
    ([x1, y1, x2, y2]) => x1 < x2 && y1 < y2,
    "x1, y1, x2, y2 with x1 < x2 and y1 < y2",
  ),
);
const MANY = `the path of an image, or a list of 1 to ${MOST_PICTURES}`;
const shared = {
  id: v.optional(v.union([v.string(), v.number()], "a text or a number")),
  image: v.union(
    [
      short,
      v.pipe(v.array(short), v.minLength(1, MANY), v.maxLength(MOST_PICTURES, MANY)),
    ],
    MANY,
  ),
  reasoning: v.optional(v.pipe(
    long,
    v.check((text) => !/<\/?(think|answer)>/.test(text), "a text without tags"),
  )),
};

const message = v.pipe(
  v.string("a text"),
  v.maxLength(PROMPT_LENGTH, `at most ${PROMPT_LENGTH} characters`),
);

/** Forms of a line, each by the key that tells it from the others. */
const FORMS = {
  boxes: v.strictObject({
    ...shared,
    category: short,
    boxes: v.pipe(
      v.array(corners, "a list of boxes"),
      v.maxLength(MOST_BOXES, `a list of at most ${MOST_BOXES} boxes`),
    ),
  }),
  label: v.strictObject({
    ...shared,
    label: short,
    aliases: v.optional(v.array(short, "a list of names"), []),
  }),
  box: v.strictObject({ ...shared, instruction: long, box: corners }),
  solution: v.strictObject({ ...shared, problem: long, solution: long }),
  conversations: v.looseObject({
    ...shared,
    conversations: v.pipe(
      v.array(
        v.object({ from: v.string("a text"), value: message }),
        "a list",
      ),
      v.minLength(2, "a list of two messages"),
    ),
  }),
};

/**
 * Opens a JSONL file, a question a line:
 *
 * ```json
 * {"image": "1.jpg", "category": "cat", "boxes": [[12, 30, 200, 180]]}
 * {"image": "2.jpg", "label": "tiger lily", "aliases": ["Lilium lancifolium"]}
 * {"image": "3.jpg", "instruction": "the cup behind the plate", "box": [5, 6, 70, 80]}
 * {"image": "4.jpg", "problem": "How many legs?", "solution": "<answer>4</answer>"}
 * {"image": "5.jpg", "conversations": [{"from": "human", "value": "<image>Where is it?"}, {"from": "gpt", "value": "[1, 2, 3, 4]"}]}
 * ```
 *
 * The last is VLM-R1's form. Any line may have the key `reasoning`: the text that leads to the
 * answer, without tags; a solution may have it as `<think>…</think>` too.
 *
 * Boxes are x1, y1, x2, y2 in pixels of the first image, its EXIF orientation applied. Empty
 * `boxes` say that the category is not there. Empty lines are skipped. All lines are checked at
 * once, images when they are asked for.
 *
 * @throws {SyntaxError} If a line is not of one of these forms: names file, line and key.
 */
export async function openJsonl(path: string, options: JsonlOptions): Promise<RowSet> {
  const { lines, bytes, sha256 } = await readLines(path, options);
  const where = basename(path);
  if (lines.length === 0) {
    throw new SyntaxError(`${path} has no lines: write a question a line`);
  }
  const folder = await pictureFolder(dirname(path), options.images, lines[0]!.files[0]);
  const { frame = "pixels" } = options;
  return {
    name: where,
    size: lines.length,
    manifest: { kind: "jsonl", file: { path: where, bytes, sha256 }, frame },
    picture: (index) => lines[index]!.files.join(" "),
    holdsReasoning: (index) => lines[index]!.reasoning !== undefined,
    category(index) {
      const { truth } = lines[index]!;
      if (truth.kind === "boxes") return truth.category;
      return truth.kind === "ready" ? categoryOf(truth.target) : undefined;
    },
    async row(index) {
      const { number, id, files, prompt, truth, reasoning } = lines[index]!;
      const place = `${where}, line ${number}`;
      const pictures = files.map((file) => pictureInFolder(folder, file, place));
      return {
        ...{ id, imageId: files.join(" "), place, pictures, prompt },
        target: await targetOf(truth, frame, pictures[0]!),
        ...reasoning !== undefined && { reasoning },
      };
    },
  };
}

async function readLines(path: string, options: JsonlOptions) {
  const hash = createHash("sha256");
  let bytes = 0, items = 0;
  const onChunk = (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.length;
    if (bytes <= FILE_LIMIT) return;
    throw new RangeError(
      `${path} has more than ${FILE_LIMIT} bytes: split it into several files`,
    );
  };
  const lines: Line[] = [], ids = new Map<string, number>();
  try {
    for await (const { number, bytes } of byteLines(path, { onChunk })) {
      const text = textOf(bytes, number, path);
      if (text.trim() === "") continue;
      const line = readLine(text, number, path, options);
      try {
        checkPrompt(line.prompt);
      } catch (error) {
        throw new SyntaxError(`${path}, line ${number}: ${(error as Error).message}`);
      }
      const before = ids.get(line.id);
      if (before !== undefined) {
        throw new SyntaxError(
          `${path}, line ${number}: the id ${quoted(line.id)} is that of line ${before}`,
        );
      }
      items += itemsOf(line);
      if (items > MOST_ITEMS) {
        throw new RangeError(
          `${path}, line ${number}: up to here are more than ${MOST_ITEMS} questions, ` +
            "boxes, images and names: split the file",
        );
      }
      ids.set(line.id, number);
      lines.push(line);
    }
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof TypeError
      ? "it is a folder, pipe or device"
      : isSystem(error)
      ? "it cannot be read"
      : undefined;
    if (reason === undefined) throw error;
    throw new Error(`${path}: ${reason}; give the path of a JSONL file`);
  }
  return { lines, bytes, sha256: hash.digest("hex") };
}

/** Largest JSONL file that is read, in bytes: its texts stay in memory. */
const FILE_LIMIT = 2 ** 30;

/** Whether an error comes from the system. */
function isSystem(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === "string";
}

/** What a line adds to memory beyond its bytes. */
function itemsOf({ files, truth }: Line): number {
  const boxes = truth.kind === "boxes" ? truth.boxes.length : 0;
  const names = truth.kind === "ready" && truth.target.kind === "classification"
    ? truth.target.aliases?.length ?? 0
    : 0;
  return 1 + files.length + boxes + names;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array, at: number, path: string): string {
  try {
    const text = decoder.decode(bytes);
    return at === 1 ? text.replace(/^\uFEFF/, "") : text;
  } catch {
    throw new SyntaxError(`${path}, line ${at}: it is not UTF-8; save the file as UTF-8`);
  }
}

function readLine(text: string, at: number, path: string, options: JsonlOptions): Line {
  const fault = (reason: string) => new SyntaxError(`${path}, line ${at}: ${reason}`);
  const json = parseJsonText(text, `${path}, line ${at}`, "write an object a line");
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw fault('it must be an object, as in {"image": "1.jpg", "label": "cat"}');
  }
  const { prompts, readSolution, subject, attribute } = options;
  const keys = Object.keys(FORMS) as (keyof typeof FORMS)[];
  const form = keys.find((key) => Object.hasOwn(json, key));
  if (form === undefined) {
    const near = Object.keys(json).map((key) => nearestName(key, keys)).find(Boolean);
    throw fault(
      "it has no ground truth: give boxes, label, box, solution or conversations" +
        (near === undefined ? "" : `; is ${quoted(near)} mistyped?`),
    );
  }
  const base = (
    row: { id?: string | number; image: string | string[]; reasoning?: string },
  ) => ({
    number: at,
    reasoning: row.reasoning,
    id: String(row.id ?? at),
    files: typeof row.image === "string" ? [row.image] : row.image,
  });
  const ready = (target: Target) => ({ kind: "ready", target }) as const;
  switch (form) {
    case "boxes": {
      const row = checkJson(FORMS.boxes, json, `${path}, line ${at}`);
      const { category, boxes } = row;
      const prompt = prompts({ kind: "detection", category });
      return { ...base(row), prompt, truth: { kind: "boxes", category, boxes } };
    }
    case "label": {
      const row = checkJson(FORMS.label, json, `${path}, line ${at}`);
      const { label, aliases } = row;
      const prompt = prompts({ kind: "classification", subject, attribute });
      const target = { kind: "classification", label } as const;
      return {
        ...base(row),
        prompt,
        truth: ready(aliases.length === 0 ? target : { ...target, aliases }),
      };
    }
    case "box": {
      const row = checkJson(FORMS.box, json, `${path}, line ${at}`);
      const prompt = prompts({ kind: "grounding", instruction: row.instruction });
      return { ...base(row), prompt, truth: { kind: "region", box: row.box } };
    }
    case "solution": {
      const row = checkJson(FORMS.solution, json, `${path}, line ${at}`);
      try {
        const { target, reasoning } = readSolution(row.problem, row.solution);
        const truth = ready(target);
        const prompt = prompts({ kind: "problem", text: row.problem });
        return { ...base({ reasoning, ...row }), prompt, truth };
      } catch (error) {
        throw fault((error as Error).message);
      }
    }
    case "conversations": {
      const row = checkJson(FORMS.conversations, json, `${path}, line ${at}`);
      const asked = row.conversations[0]!.value.replaceAll("<image>", "").trim();
      const told = row.conversations[1]!.value.trim();
      const box = boxIn(told);
      if (box !== undefined) {
        const prompt = prompts({ kind: "grounding", instruction: asked });
        return { ...base(row), prompt, truth: { kind: "region", box } };
      }
      if (/^[[{]/.test(told)) {
        throw fault(
          `.conversations[1].value is not a box: ${quoted(told)}`,
        );
      }
      try {
        const { target, reasoning } = readSolution(asked, told);
        const prompt = prompts({ kind: "problem", text: asked });
        return { ...base({ reasoning, ...row }), prompt, truth: ready(target) };
      } catch (error) {
        throw fault((error as Error).message);
      }
    }
  }
}

/** Characters of four numbers, at most. */
const BOX_LENGTH = 1000;

/** `[x1, y1, x2, y2]` and nothing else. */
function boxIn(text: string): Corners | undefined {
  if (text.length > BOX_LENGTH) return undefined;
  try {
    const result = v.safeParse(corners, JSON.parse(text));
    return result.success ? result.output as Corners : undefined;
  } catch {
    return undefined;
  }
}

async function targetOf(
  truth: Line["truth"],
  frame: "pixels" | "per-mille",
  picture: Picture,
): Promise<Target> {
  if (truth.kind === "ready") return truth.target;
  const lead = await leadFrom(frame, picture);
  switch (truth.kind) {
    case "boxes": {
      const boxes = truth.boxes.map((box) => wholeBox(lead(boxOf(box))));
      return { kind: "detection", category: truth.category, boxes };
    }
    case "region":
      return { kind: "grounding", box: lead(boxOf(truth.box)) };
  }
}

async function leadFrom(frame: "pixels" | "per-mille", picture: Picture) {
  if (frame === "per-mille") {
    return (box: FramedBox<"pixels">): Box => ({ ...box }) as Box;
  }
  const { width, height } = await pictureSize(picture);
  return (box: PixelBox): Box => pixelsToFrame(box, width, height);
}

function boxOf([x1, y1, x2, y2]: Corners): PixelBox {
  return { x1, y1, x2, y2 };
}
