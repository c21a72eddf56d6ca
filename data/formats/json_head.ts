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
