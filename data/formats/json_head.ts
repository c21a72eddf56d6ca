/**
 * What a JSON file is by its first characters: a list, as LISA's are; the annotations of COCO or
 * LVIS; `undefined` for anything else.
 */
export function kindOfJson(head: string): "list" | "annotations" | undefined {
  const start = head.trimStart();
  if (start.startsWith("[")) return "list";
  return /^\{\s*"(info|images|annotations|licenses|categories)"/.test(start)
    ? "annotations"
    : undefined;
}
