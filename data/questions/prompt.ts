import type { Frame } from "../geometry/box.ts";
import { qwenBoxPrompt } from "./qwen_prompt.ts";

/** What is asked of an image. */
export type PromptTask =
  | { readonly kind: "detection"; readonly category: string }
  /** Whether the category is there at all; see `saysPresent` for how it is answered. */
  | { readonly kind: "presence"; readonly category: string }
  | {
    readonly kind: "classification";
    /** What kind of thing the image shows; default: "object". */
    readonly subject?: string;
    /** What is to be named of it ("species", "model"); default: "category". */
    readonly attribute?: string;
  }
  | {
    readonly kind: "grounding";
    /** A noun phrase or an instruction, such as "the animal left of the car". */
    readonly instruction: string;
  }
  | {
    /** A number, a text or a point is asked for. */
    readonly kind: "number" | "text" | "point";
    /** What is asked, such as "How many cups are there?" */
    readonly text: string;
  }
  | {
    readonly kind: "choice";
    /** What is asked, such as "Which colour is the cup?" */
    readonly text: string;
    /** The options' texts, the first under "A". */
    readonly options: readonly string[];
  }
  /** What the data asks in words of its own, as the paper's sets do. */
  | { readonly kind: "problem"; readonly text: string };

/** Turns a task into the prompt that a model is asked. */
export type PromptSet = (task: PromptTask) => string;

/** The words that the authors of models write in a folder's visual_rft.json. */
export type FolderPrompts = "short" | "paper";

/**
 * Which words a model was taught: the embedded model's, the paper's with boxes in 0–1000 (`paper`)
 * or in another frame, or those of Qwen2.5-VL, which states boxes in a dialect of its own.
 */
export type TaughtPrompts =
  | FolderPrompts
  | "paper-pixels"
  | "paper-unit"
  | "qwen2_5_vl";

/** Which words a model is asked with: those it was taught, or the same without thinking. */
export type PromptSetName = TaughtPrompts | `${Exclude<TaughtPrompts, "short">}-answer`;

/**
 * The embedded model's prompts: a few tokens each.
 *
 * Of a classification task it asks for the main object, whatever the subject is called.
 * Presence is asked by the detection prompt: 'No Objects' is the embedded model's no.
 */
export function shortPrompt(task: PromptTask): string {
  switch (task.kind) {
    case "detection":
    case "presence":
      return `Detect all objects of category '${task.category}'`;
    case "classification":
      return "What is the main object?";
    case "grounding":
      return `Find ${task.instruction}`;
    case "choice":
      return withOptions(task);
    case "number":
    case "text":
    case "point":
    case "problem":
      return task.text;
  }
}

/**
 * The prompts of Visual-RFT (Table 1 of the paper), letter by letter as its code writes them:
 * missing spaces, "grouding" and the odd bracket are what the published models were asked.
 *
 * The question of presence is ours: its code publishes the answers to it (the exist maps) and
 * not the words. So are those for a number, a text, a choice and a point, which the paper does not
 * ask for: the question, and the form of the answer in the paper's words, unless the question
 * already names answer tags.
 */
export function paperPrompt(task: PromptTask): string {
  return paperWords(task, "per mille");
}

/** What prompts say of coordinates: the paper's words for 0–1000, and for other frames. */
const COORDINATES: Readonly<Record<Frame, string>> = {
  "per mille": "(between 0 and 1000, integer)",
  "pixels": "(in pixels of the image, integer)",
  "unit": "(between 0 and 1, with three decimal places)",
};

function paperWords(task: PromptTask, frame: Frame): string {
  switch (task.kind) {
    case "detection":
      return `Detect all objects belonging to the category '${task.category}' in the image, ` +
        `and provide the bounding boxes ${COORDINATES[frame]} and confidence ` +
        "(between 0 and 1, with two decimal places).\n" +
        `If no object belonging to the category '${task.category}' in the image, ` +
        "return 'No Objects'.\n" +
        "Output the thinking process in <think> </think> and final answer in <answer> " +
        "</answer> tags.The output answer format should be as follows:\n" +
        "<think> ... </think> <answer>[{'Position': [x1, y1, x2, y2], " +
        "'Confidence': number}, ...]</answer>\n" +
        "Please strictly follow the format.";
    case "presence":
      return `Is there any object belonging to the category '${task.category}' in the ` +
        "image?\n" +
        "Output the thinking process in <think> </think> and final answer in <answer> " +
        "</answer> tags. The output answer format should be as follows:\n" +
        "<think> ... </think> <answer>Yes or No</answer>\n" +
        "Please strictly follow the format.";
    case "classification": {
      const { subject = "object", attribute = "category" } = task;
      return `This is an image containing ${article(subject)} ${subject}. ` +
        `Please identify the ${attribute} of the ${subject} based on the image.\n` +
        "Output the thinking process in <think> </think> and final answer in <answer> " +
        "</answer> tags.The output answer format should be as follows:\n" +
        `<think> ... </think> <answer>${attribute} name</answer>\n` +
        "Please strictly follow the format.";
    }
    case "grounding":
      return "Output the bounding box " +
        (frame === "per mille" ? "" : `${COORDINATES[frame]} `) +
        "in the image corresponding to the instruction: " +
        `${task.instruction} Output the thinking process in <think> </think> and your ` +
        'grouding box. Following "<think> thinking process </think>\n' +
        '<answer>(x1,y1),(x2,y2)</answer>)" format.';
    case "number":
      return inTags(task.text, "number");
    case "text":
      return inTags(task.text, "text");
    case "choice":
      return inTags(withOptions(task), "letter");
    case "point":
      return inTags(
        task.text,
        "(x,y)",
        `Provide one point ${COORDINATES[frame]}.\n`,
      );
    case "problem":
      return task.text;
  }
}

/** A question with the options under their letters, a line each. */
function withOptions(
  { text, options }: Extract<PromptTask, { kind: "choice" }>,
): string {
  const lines = options.map((option, i) => `${String.fromCharCode(65 + i)}. ${option}`);
  return [text, ...lines].join("\n");
}

/** A question, and the form of its answer in the words of the paper's prompts. */
function inTags(text: string, form: string, words = ""): string {
  if (text.includes("<answer>")) return text;
  return `${text}\n${words}` +
    "Output the thinking process in <think> </think> and final answer in <answer> " +
    "</answer> tags. The output answer format should be as follows:\n" +
    `<think> ... </think> <answer>${form}</answer>\n` +
    "Please strictly follow the format.";
}

/**
 * The paper's prompts less their words about thinking, and with an example that has the answer
 * block alone: for the ablation without thinking. Problems that the data writes in the paper's
 * words lose the same ones; other words stay as they are.
 *
 * @example
 * ```ts
 * import { paperAnswerPrompt } from "./prompt.ts";
 *
 * paperAnswerPrompt({ kind: "classification", subject: "plant", attribute: "species" });
 * // "… Output the final answer in <answer> </answer> tags.The output answer format should be
 * // as follows:\n<answer>species name</answer>\nPlease strictly follow the format."
 * ```
 */
export function paperAnswerPrompt(task: PromptTask): string {
  return withoutThinking(paperPrompt(task));
}

function withoutThinking(prompt: string): string {
  return prompt
    .replace(ASKS_FIRST, "Output")
    .replace(ASKS_FOR_THINKING, (_, final) => final ? `Output the ${final}` : "Output ")
    .replace(SHOWS_THINKING, "");
}

/** VLM-R1's words, which the prompts of Qwen2.5-VL have too. */
const ASKS_FIRST =
  /First output the thinking process in <think>\s*<\/think>(?: tags)? and then output/g;
const ASKS_FOR_THINKING =
  /Output the thinking process in <think>\s*<\/think> and (final answer)?/g;
const SHOWS_THINKING = /<think>[^<]*<\/think>\s*(?=<answer>)/g;

/**
 * The prompts of models of the family `qwen2_5_vl` that nobody has taught others: boxes are asked
 * for as its authors do, `bbox_2d` in pixels of the image; all else in the paper's words.
 *
 * @example
 * ```ts
 * import { qwenPrompt } from "./prompt.ts";
 *
 * qwenPrompt({ kind: "detection", category: "cup" });
 * // "Locate every object of the category 'cup' in the image and output the coordinates in JSON
 * // format, in pixels of the image, …"
 * ```
 */
export function qwenPrompt(task: PromptTask): string {
  return task.kind === "detection" || task.kind === "grounding"
    ? qwenBoxPrompt(task)
    : paperWords(task, "pixels");
}

const pixels: PromptSet = (task) => paperWords(task, "pixels");
const unit: PromptSet = (task) => paperWords(task, "unit");

/** All sets by name; `taughtPrompts` says which a model was taught. */
export const PROMPT_SETS: Readonly<Record<PromptSetName, PromptSet>> = {
  short: shortPrompt,
  paper: paperPrompt,
  "paper-answer": paperAnswerPrompt,
  "paper-pixels": pixels,
  "paper-pixels-answer": (task) => withoutThinking(pixels(task)),
  "paper-unit": unit,
  "paper-unit-answer": (task) => withoutThinking(unit(task)),
  "qwen2_5_vl": qwenPrompt,
  "qwen2_5_vl-answer": (task) => withoutThinking(qwenPrompt(task)),
};

/** The frame that the prompts of a set ask boxes to be stated in. */
export function frameOfPrompts(prompts: PromptSetName): Frame {
  if (prompts.startsWith("paper-pixels") || prompts.startsWith("qwen")) return "pixels";
  return prompts.startsWith("paper-unit") ? "unit" : "per mille";
}

/**
 * The prompts that a model was taught: what its folder names, in the frame that it states boxes in.
 *
 * @param named From visual_rft.json. Default: its family's.
 * @param modelType `model_type` of config.json.
 *
 * @example
 * ```ts
 * import { taughtPrompts } from "./prompt.ts";
 *
 * taughtPrompts(undefined, "qwen2_vl", "per mille"); // "paper"
 * taughtPrompts(undefined, "qwen2_5_vl", "pixels"); // "qwen2_5_vl"
 * taughtPrompts("paper", "qwen2_5_vl", "pixels"); // "paper-pixels"
 * ```
 */
export function taughtPrompts(
  named: FolderPrompts | undefined,
  modelType: string,
  frame: Frame,
): TaughtPrompts {
  if (named === "short") return named;
  if (frame === "per mille") return "paper";
  if (frame === "unit") return "paper-unit";
  return named === undefined && modelType === "qwen2_5_vl"
    ? "qwen2_5_vl"
    : "paper-pixels";
}

/** The set that a model is asked with: short prompts say nothing of thinking. */
export function promptsFor(taught: TaughtPrompts, thinking: boolean): PromptSetName {
  return taught === "short" || thinking ? taught : `${taught}-answer`;
}

function article(noun: string): string {
  return /^[aeiou]/i.test(noun) ? "an" : "a";
}
