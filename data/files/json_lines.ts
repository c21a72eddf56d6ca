import { createHash, type Hash } from "node:crypto";
import { dirname } from "node:path";
import { isOwn } from "./own_file.ts";
import { syncFile, syncFolder } from "./sync_folder.ts";
import { writing } from "./write_fault.ts";

/** The part of a file of lines that a checkpoint refers to. */
export interface LinesMark {
  /** Bytes from the start of the file. */
  readonly bytes: number;
  /** Of these bytes. */
  readonly sha256: string;
}

/** A file of JSON lines that grows at its end. */
export interface JsonLines {
  /** Writes a line for each value: all of them, or none if that fails. */
  append(values: readonly unknown[]): Promise<void>;
  /** The file as it is now. */
  mark(): LinesMark;
  /** Resolves when all lines are on the disk. */
  sync(): Promise<void>;
  /** What was wrong with the file when it was opened. Default: nothing. */
  readonly fault?: string;
}

/** A file without a line. */
export const NO_LINES: LinesMark = { bytes: 0, sha256: digest(createHash("sha256")) };

/**
 * Opens a file of JSON lines for appending, with one line a value.
 *
 * An existing file is cut to the bytes that `keep` names. If some of these were lost or changed,
 * the complete lines that are left stay, and `fault` says so.
 *
 * @throws {TypeError} If the path is a link or not a file.
 * @throws {Error} If the file cannot be written.
 */
export async function openJsonLines(
  path: string,
  keep: LinesMark = NO_LINES,
): Promise<JsonLines> {
  return await writing(path, async () => {
    let hash = createHash("sha256"), bytes = 0;
    let fault: string | undefined;
    if (await isOwn(path, "file") && keep.bytes > 0) {
      ({ hash, bytes } = await hashStart(path, keep.bytes));
      if (bytes < keep.bytes) {
        fault =
          `${path} has lost lines: it has ${bytes} bytes, the checkpoint counts on ` +
          `${keep.bytes}; the run continues behind those that are left`;
        bytes = await endOfLastLine(path, bytes);
        ({ hash } = await hashStart(path, bytes));
      } else if (keep.sha256 !== "" && digest(hash) !== keep.sha256) {
        fault =
          `${path} was changed since the checkpoint: its first ${bytes} bytes are not ` +
          "those of the run";
      }
    } else if (keep.bytes > 0) {
      fault = `${path} is missing, and with it the lines before this step`;
    }
    await Deno.writeFile(path, new Uint8Array(), { append: true });
    await Deno.truncate(path, bytes);
    await syncFile(path);
    await syncFolder(dirname(path));
    return growing(path, hash, bytes, fault);
  });
}

function growing(path: string, hash: Hash, bytes: number, fault?: string): JsonLines {
  return {
    fault,
    async append(values) {
      const text = values.map((value) => JSON.stringify(value) + "\n").join("");
      const data = new TextEncoder().encode(text);
      await writing(path, async () => {
        try {
          await Deno.writeFile(path, data, { append: true, create: false });
        } catch (error) {
          await Deno.truncate(path, bytes).catch(() => {}); // no half lines
          throw error;
        }
      });
      hash.update(data);
      bytes += data.length;
    },
    mark: () => ({ bytes, sha256: digest(hash) }),
    sync: () => writing(path, () => syncFile(path)),
  };
}

/** The hash of a file's first bytes: of `limit`, or of as many as there are. */
async function hashStart(path: string, limit: number) {
  const hash = createHash("sha256"), buffer = new Uint8Array(1 << 20);
  let bytes = 0;
  using file = await Deno.open(path);
  while (bytes < limit) {
    const wanted = buffer.subarray(0, Math.min(buffer.length, limit - bytes));
    const read = await file.read(wanted);
    if (read === null) break;
    hash.update(buffer.subarray(0, read));
    bytes += read;
  }
  return { hash, bytes };
}

/** Where the last whole line within a file's first bytes ends. */
async function endOfLastLine(path: string, bytes: number): Promise<number> {
  const buffer = new Uint8Array(1 << 16);
  using file = await Deno.open(path);
  for (let end = bytes; end > 0;) {
    const start = Math.max(0, end - buffer.length);
    await file.seek(start, Deno.SeekMode.Start);
    const read = await file.read(buffer.subarray(0, end - start)) ?? 0;
    const newline = buffer.subarray(0, read).lastIndexOf(10);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}

function digest(hash: Hash): string {
  return hash.copy().digest("hex");
}
