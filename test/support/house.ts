/**
 * Counts rooms, loose files and lines: `deno task house`. docs/architecture.md has the figures.
 *
 * A room is a folder with TypeScript files of its own; a file is loose if it lies in a layer
 * beside its rooms.
 */
import { dirname, join } from "node:path";
import { LAYERS, ROOT, sourcesIn } from "./sources.ts";

const lengthOf = (file: string) =>
  Deno.readTextFileSync(join(ROOT, file)).trimEnd().split("\n").length;

/** What a layer consists of. */
export function countsOf(layer: string) {
  const files = [...sourcesIn(layer)].map((file) => ({ file, lines: lengthOf(file) }));
  const rooms = new Map<string, number>();
  for (const { file } of files) {
    const room = dirname(file);
    if (room !== layer) rooms.set(room, (rooms.get(room) ?? 0) + 1);
  }
  const [largest] = [...rooms].sort(([, a], [, b]) => b - a);
  const [longest] = files.toSorted((a, b) => b.lines - a.lines);
  return {
    files: files.length,
    lines: files.reduce((sum, { lines }) => sum + lines, 0),
    rooms: rooms.size,
    largest: largest!,
    loose: files.map(({ file }) => file).filter((file) => dirname(file) === layer),
    longest: longest!,
  };
}

if (import.meta.main) {
  for (const layer of LAYERS) {
    const { files, lines, rooms, largest: [room, most], loose, longest } = countsOf(
      layer,
    );
    console.log(
      `${layer}: ${files} files with ${lines} lines (${
        Math.round(lines / files)
      } each) in ` +
        `${rooms} rooms\n` +
        `  largest room:  ${room}, ${most} files\n` +
        `  longest file:  ${longest.file}, ${longest.lines} lines\n` +
        `  loose files:   ${loose.length === 0 ? "none" : loose.join(", ")}`,
    );
  }
}
