import { basename } from "node:path";
import { quoted } from "../../short_text.ts";
import { type DetectionOptions, detectionRows } from "../labels/detection_rows.ts";
import { labelColumns } from "../labels/label_columns.ts";
import type { BoxUnit } from "../file_spec.ts";
import type { RowSet } from "../rows.ts";
import { type Column, NUMBER } from "./columns.ts";
import { cellOf, imageOf, type Line, type Table } from "./table.ts";

/** A box a line, as detection questions. */
export function csvDetection(
  { path, folder, columns, lines }: Table,
  manifest: Readonly<Record<string, unknown>>,
  options: DetectionOptions & { readonly frame?: BoxUnit },
): RowSet {
  const collected = labelColumns();
  const cell = (line: Line, column: Column) => cellOf({ columns }, line, column);
  const byImage = Map.groupBy(lines, (line) => imageOf(cell(line, "image"), line.place));
  for (const [file, ofImage] of byImage) {
    const { place } = ofImage[0]!;
    collected.image({ file, name: file, place, ...sizeOf(ofImage, cell) });
    for (const line of ofImage) {
      const corners = ["x1", "y1", "x2", "y2"].map((column) =>
        cell(line, column as Column)
      );
      const name = cell(line, "category");
      if (corners.every((text) => text === "") && name === "") continue; // no boxes
      const [x1, y1, x2, y2] = corners.map((text, i) => {
        if (NUMBER.test(text)) return Number(text);
        throw new SyntaxError(
          `${line.place}: ${["x1", "y1", "x2", "y2"][i]} must be a number: it is ${
            quoted(text)
          }`,
        );
      });
      collected.object(name, { x1: x1!, y1: y1!, x2: x2!, y2: y2! }, line.place);
    }
  }
  return detectionRows(collected.labelled(), {
    ...options,
    ...{ path, folder, manifest },
    name: basename(path),
    unit: options.frame ?? "pixels",
  });
}

/** The size that the lines of an image state. */
function sizeOf(lines: readonly Line[], cell: (line: Line, column: Column) => string) {
  const [width, height] = (["width", "height"] as const).map((side) => {
    const text = cell(lines[0]!, side);
    const other = lines.find((line) => cell(line, side) !== text);
    if (other !== undefined) {
      throw new SyntaxError(
        `${other.place}: its ${side} is ${
          quoted(cell(other, side))
        }, and that of another line of ` +
          `the image is ${quoted(text)}`,
      );
    }
    if (text === "") return undefined;
    if (/^\d{1,7}$/.test(text) && Number(text) > 0) return Number(text);
    throw new SyntaxError(
      `${lines[0]!.place}: ${side} must be pixels: it is ${quoted(text)}`,
    );
  });
  return width === undefined || height === undefined ? {} : { width, height };
}
