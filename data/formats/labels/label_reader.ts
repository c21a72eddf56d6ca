import { createHash, type Hash } from "node:crypto";
import { utf8Text } from "../../files/utf8_text.ts";
import { readRegularFile } from "../../files/regular_file.ts";

/** Reads files of labels and keeps the sum of all of them. */
export interface LabelReader {
  /** The text of a file. @throws {SyntaxError} If it is not UTF-8. */
  text(path: string, name: string): Promise<string>;
  /** What reproduces the labels: number of files and the hash of all. */
  manifest(): { readonly files: number; readonly labelsSha256: string };
}

/** Largest file of labels of one image, in bytes. */
const LABEL_LIMIT = 2 ** 24;

/** Makes a reader of label files. */
export function labelReader(limit = LABEL_LIMIT): LabelReader {
  const hash: Hash = createHash("sha256");
  let files = 0;
  return {
    async text(path, name) {
      const bytes = await readRegularFile(path, limit).catch((error) => {
        if (error instanceof RangeError) throw error; // names the file and its size
        throw new Error(`${path} cannot be read`);
      });
      files++;
      hash.update(`${name}\t${bytes.length}\n`).update(bytes);
      return utf8Text(bytes, path);
    },
    manifest: () => ({ files, labelsSha256: hash.copy().digest("hex") }),
  };
}
