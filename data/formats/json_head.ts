/**
 * What a JSON file is by its first characters: LISA's list, whose questions have `<img>` tags; a list
 * of other questions; the annotations of COCO or LVIS; `undefined` for anything else.
 *
 * @param head Of the file, some thousand characters.
 *
 * @example
 * ```ts
 * import { kindOfJson } from "./json_head.ts";
 *
 * kindOfJson('[{"image": "1.jpg", "conversations": [') // "list"
 * ```
 */
export function kindOfJson(head: string): "lisa" | "list" | "annotations" | undefined {
  const start = head.trimStart();
  if (/^\[\s*\{/.test(start)) return start.includes("<img>") ? "lisa" : "list";
  return /^\{\s*"(info|images|annotations|licenses|categories)"/.test(start)
    ? "annotations"
    : undefined;
}

/** Keys that begin a question; COCO's annotations have none of them. */
const QUESTION_KEY =
  '"(?:image|image_path|conversations|messages|problem|question|query|solution|answer|label)"';
const WHOLE_QUESTION = new RegExp(String.raw`^\{[^{}[\]]*${QUESTION_KEY}\s*:`);
const LIST_BELOW = new RegExp(
  String.raw`^\{\s*("[^"]{1,40}")\s*:\s*\[\s*\{[^{}[\]]*${QUESTION_KEY}\s*:`,
);

/**
 * What to write for a JSON file that holds questions and is not a list of them: JSON lines, a list
 * below a key, a list of plain values.
 *
 * @param head Of the file, some thousand characters.
 * @returns A sentence; `undefined` if the file is none of these.
 *
 * @example
 * ```ts
 * import { insteadOfList } from "./json_head.ts";
 *
 * insteadOfList('{"data": [{"image": "1.jpg", "label": "cat"}]}');
 * // 'it is an object whose key "data" holds the questions: write the list alone, …'
 * ```
 */
export function insteadOfList(head: string): string | undefined {
  const start = head.replace(/^\uFEFF/, "").trim();
  const below = LIST_BELOW.exec(start)?.[1];
  if (below !== undefined) {
    return `it is an object whose key ${below} holds the questions: write the list alone, as in ` +
      '[{"image": "1.jpg", "label": "cat"}]';
  }
  if (/^\[\s*(?![\s{\]])/.test(start)) {
    return "it is a list of plain values: write an object for each question, as in " +
      '[{"image": "1.jpg", "label": "cat"}]';
  }
  const [first = ""] = start.split("\n", 1);
  const isLine = isObject(first) && /^\s*\{/.test(start.slice(first.length));
  if (!isLine && !WHOLE_QUESTION.test(start)) return undefined;
  return isLine || first.length > 1
    ? "it holds JSON lines, an object a line: write jsonl: before its path, or name it .jsonl"
    : "it is one question over several lines: write a list of questions, as in " +
      '[{"image": "1.jpg", "label": "cat"}]';
}

function isObject(line: string): boolean {
  try {
    return line.startsWith("{") && typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}
