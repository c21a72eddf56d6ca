import { basename } from "node:path";
import { pictureInFolder } from "../../pictures/picture.ts";
import type { PromptSet } from "../../questions/prompt.ts";
import { NAME_LENGTH } from "../../questions/question_limits.ts";
import { quoted } from "../../short_text.ts";
import type { RowSet } from "../rows.ts";
import { cellOf, imageOf, type Table } from "./table.ts";

/** What is asked of each image. */
export interface Asking {
  /** Turns tasks into prompts. */
  readonly prompts: PromptSet;
  /** What the images show; see `PromptTask`. */
  readonly subject?: string;
  /** What is asked about it; see `PromptTask`. */
  readonly attribute?: string;
}

/** A label a line, as classification questions. */
export function csvClassification(
  { folder, columns, lines, path }: Table,
  manifest: Readonly<Record<string, unknown>>,
  { prompts, subject, attribute }: Asking,
): RowSet {
  const rows = lines.map((line) => {
    const { place } = line, label = cellOf({ columns }, line, "category");
    if (label === "" || label.length > NAME_LENGTH || /[{}\r\n[\]<>]/.test(label)) {
      const remedy = /[{[]/.test(label)
        ? ": boxes in a cell are not read; write xmin, ymin, xmax and ymax"
        : "";
      throw new SyntaxError(`${place}: ${quoted(label)} is no label${remedy}`);
    }
    return { file: imageOf(cellOf({ columns }, line, "image"), place), label, place };
  });
  const first = new Map<string, (typeof rows)[number]>();
  for (const row of rows) {
    const before = first.get(row.file) ?? row;
    first.set(row.file, before);
    if (before.label === row.label) continue;
    throw new SyntaxError(
      `${row.place}: ${quoted(row.file)} is ${quoted(row.label)}, and ${
        quoted(before.label)
      } in another line (${before.place.slice(path.length + 2)}): an image has one label`,
    );
  }
  const prompt = prompts({ kind: "classification", subject, attribute });
  return {
    name: basename(path),
    size: rows.length,
    manifest,
    picture: (index) => rows[index]!.file,
    category: (index) => rows[index]!.label,
    row(index) {
      const { file, label, place } = rows[index]!;
      return Promise.resolve({
        id: `${index}/${file}`,
        imageId: file,
        place,
        pictures: [pictureInFolder(folder, file, place)],
        prompt,
        target: { kind: "classification" as const, label },
      });
    },
  };
}
