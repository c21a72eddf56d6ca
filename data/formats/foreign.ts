/** Exports of tools that are told apart and not read, by what tells them. */
const FOREIGN: readonly (readonly [name: string, tells: RegExp])[] = [
  ["Label Studio's own JSON or CSV", /"rectanglelabels|"from_name"|annotation_id/],
  ["the VGG Image Annotator's", /shape_attributes|"_via_/],
  ["CVAT's own XML", /<annotations>[^]*<(?:meta|version|image)\b/],
  ["CreateML's", /"coordinates"\s*:\s*\{/],
  ["Supervisely's", /"classTitle"/],
  ["VoTT's", /"visitedAssetNames"|"asset"\s*:\s*\{/],
];

/**
 * A sentence about a file of another tool, with the remedy; `undefined` if no tool is known that
 * writes such a file.
 *
 * @param head The beginning of the file.
 *
 * @example
 * ```ts
 * import { foreignNote } from "./foreign.ts";
 *
 * foreignNote('{"1.png": {"regions": [{"shape_attributes": {'); // "it is the VGG Image Annotator's …"
 * ```
 */
export function foreignNote(head: string): string | undefined {
  const found = FOREIGN.find(([, tells]) => tells.test(head));
  return found &&
    `it is ${found[0]} form, which is not read: export it as COCO, YOLO or Pascal VOC`;
}
