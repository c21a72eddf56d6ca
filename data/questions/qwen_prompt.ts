/** A task whose answer is boxes; see `PromptTask`. */
type BoxTask =
  | { readonly kind: "detection"; readonly category: string }
  | { readonly kind: "grounding"; readonly instruction: string };

const BLOCKS =
  "First output the thinking process in <think> </think> tags and then output " +
  "the final answer in <answer> </answer> tags. The output answer format should be as follows:\n";

/**
 * The question for boxes in the dialect of Qwen2.5-VL: JSON with `bbox_2d`, in pixels of the image
 * that the model sees.
 *
 * The words are those of its cookbook (QwenLM/Qwen2.5-VL, spatial understanding: "Locate … output
 * the coordinates in JSON format") and of VLM-R1 ("Please provide the bounding box coordinate of
 * the region this sentence describes"); the confidence, which average precision needs, and 'No
 * Objects' are asked for as in the paper.
 *
 * @example
 * ```ts
 * import { qwenBoxPrompt } from "./qwen_prompt.ts";
 *
 * qwenBoxPrompt({ kind: "grounding", instruction: "the red cup" });
 * // "Please provide the bounding box coordinate of the region this sentence describes: the red
 * // cup. Output the coordinates in JSON format, in pixels of the image.\nFirst output …"
 * ```
 */
export function qwenBoxPrompt(task: BoxTask): string {
  if (task.kind === "grounding") {
    const sentence = task.instruction.replace(/(?<![.!?])$/, ".");
    return "Please provide the bounding box coordinate of the region this sentence describes: " +
      `${sentence} Output the coordinates in JSON format, in pixels of the image.\n` +
      BLOCKS +
      '<think> ... </think> <answer>{"bbox_2d": [x1, y1, x2, y2]}</answer>\n' +
      "Please strictly follow the format.";
  }
  const { category } = task;
  return `Locate every object of the category '${category}' in the image and output the ` +
    "coordinates in JSON format, in pixels of the image, each with its confidence (between 0 " +
    "and 1, with two decimal places).\n" +
    `If there is no object of the category '${category}' in the image, return 'No Objects'.\n` +
    BLOCKS +
    `<think> ... </think> <answer>[{"bbox_2d": [x1, y1, x2, y2], "label": ${
      JSON.stringify(category)
    }, "confidence": number}, ...]</answer>\n` +
    "Please strictly follow the format.";
}
