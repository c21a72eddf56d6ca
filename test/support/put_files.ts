import { dirname, join } from "node:path";
import sharp from "sharp";
import { inFolder } from "./in_folder.ts";

/** What a file holds: a text, or a blank JPEG image of a width and height. */
export type Content = string | readonly [width: number, height: number];

/** Writes files below a folder, with the folders that they lie in. */
export async function putFiles(
  folder: string,
  files: Readonly<Record<string, Content>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const full = join(folder, path);
    await Deno.mkdir(dirname(full), { recursive: true });
    if (typeof content === "string") {
      await Deno.writeTextFile(full, content);
      continue;
    }
    const [width, height] = content;
    const blank = { create: { width, height, channels: 3, background: "#c96" } } as const;
    await Deno.writeFile(full, await sharp(blank).jpeg().toBuffer());
  }
}

/** Runs a test in a temporary folder that holds some files. */
export function withFiles(
  files: Readonly<Record<string, Content>>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  return inFolder(async (folder) => {
    await putFiles(folder, files);
    await test(folder);
  });
}
