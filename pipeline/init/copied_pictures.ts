import { createHash } from "node:crypto";
import { join } from "node:path";
import { BadImage, type Picture } from "../../data/pictures/picture.ts";
import { checkPictureFormat, pictureFormat } from "../../data/pictures/picture_format.ts";

/** Writes images of a data set to a folder. */
export interface CopiedPictures {
  /**
   * Writes an image's bytes as they are, once, also if several questions show it.
   *
   * @returns The name of its file.
   * @throws {BadImage} If it cannot be read, or is not an image of a format that is read.
   */
  copy(picture: Picture): Promise<string>;
  /** Files that were written. */
  readonly count: number;
}

/** Starts to copy images into a folder, which is there. */
export function copiedPictures(folder: string): CopiedPictures {
  const names = new Map<string, string>(), taken = new Set<string>();
  return {
    get count() {
      return taken.size;
    },
    async copy(picture) {
      const bytes = await picture.bytes();
      const hash = createHash("sha256").update(bytes).digest("hex");
      const before = names.get(hash);
      if (before !== undefined) return before;
      const name = freeName(
        stemOf(picture.name),
        extensionOf(picture.name, bytes),
        taken,
      );
      await Deno.writeFile(join(folder, name), bytes);
      names.set(hash, name);
      taken.add(name.toLowerCase());
      return name;
    },
  };
}

function extensionOf(name: string, bytes: Uint8Array): string {
  try {
    checkPictureFormat(bytes);
  } catch (error) {
    throw new BadImage(
      `${name}: ${
        (error as Error).message
      }; give a whole PNG, JPEG or WebP file, or remove the ` +
        "question",
    );
  }
  const format = pictureFormat(bytes)!.toLowerCase();
  return format === "jpeg" ? "jpg" : format;
}

/** Characters of a file's name without its extension, at most. */
const STEM_LENGTH = 80;

/** The name that the image has in its data set, as far as every file system takes it. */
function stemOf(name: string): string {
  const file = name.split(/: /).at(-1)!.split(/[/\\]/).at(-1)!;
  const stem = file.replace(/\.(png|jpe?g|webp|gif|tiff?|avif)$/i, "")
    .replace(/[^\p{L}\p{N}_-]+/gu, "-").replace(/^-+|-+$/g, "");
  return [...stem].slice(0, STEM_LENGTH).join("") || "image";
}

/** Devices of Windows, which no file may be called. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

function freeName(stem: string, extension: string, taken: ReadonlySet<string>): string {
  const start = DEVICE.test(stem) ? `${stem}-` : stem;
  let name = `${start}.${extension}`;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${start}-${i}.${extension}`;
  return name;
}
