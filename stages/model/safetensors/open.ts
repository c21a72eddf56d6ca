import { regularFile } from "../../../data/files/regular_file.ts";
import { MAX_HEADER_BYTES, parseHeader, type TensorHeader } from "./header.ts";
import { unreadable } from "../../../data/files/read_bounded.ts";
import { quoted } from "../../../data/short_text.ts";
import { widen } from "./widen.ts";

/** An open safetensors file. Only its header is in memory. */
export interface SafetensorsFile {
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorHeader>;
  /**
   * One tensor, row by row, as 32-bit floats, from any dtype.
   *
   * @throws {RangeError} If the file has no tensor of this name.
   */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  /** One tensor's bytes as they are in the file (little-endian). */
  readBytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes the file; reading is an error from then on. */
  close(): void;
}

/**
 * Opens a safetensors file for reading tensor by tensor.
 *
 * @throws {Deno.errors.NotFound} If there is no such file.
 * @throws {TypeError} If the path is a folder, pipe, socket or device.
 * @throws {SyntaxError} If the file is damaged: names the file, the key, its value and
 * the remedy. Nothing is read before all offsets are checked.
 *
 * @example
 * ```ts
 * import { openSafetensors } from "./open.ts";
 * import { writeSafetensors } from "./write.ts";
 *
 * const path = await Deno.makeTempFile();
 * await writeSafetensors(path, [{ name: "x", shape: [2], data: Float32Array.of(1, 2) }]);
 * const file = await openSafetensors(path);
 * file.tensors.get("x")?.shape; // [2]
 * await file.read("x"); // Float32Array [1, 2]
 * file.close();
 * ```
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openFile(path);
  try {
    const { metadata, tensors } = await readHeader(file, path);
    // One reader at a time: seeking and reading are two calls on one position.
    let queue: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
      const turn = queue.then(task);
      queue = turn.catch(() => {});
      return turn;
    };
    const find = (name: string): TensorHeader => {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`${path} has no tensor "${name}"`);
      return tensor;
    };
    return {
      path,
      metadata,
      tensors,
      read: (name) =>
        inTurn(() => {
          const { dtype, begin, end } = find(name);
          const fillFrom = (into: Uint8Array) => fill(file, path, begin, into);
          return widen(dtype, end - begin, fillFrom).catch(withoutRoom(path, name));
        }),
      readBytes: (name) =>
        inTurn(async () => {
          const { begin, end } = find(name);
          const bytes = new Uint8Array(end - begin);
          await fill(file, path, begin, bytes);
          return bytes;
        }),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openFile(path: string): Promise<Deno.FsFile> {
  try {
    await regularFile(path);
    return await Deno.open(path, { read: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`There is no file ${path}: check the path`, {
        cause,
      });
    }
    throw unreadable(path, cause, "give another, or fetch it again");
  }
}

async function readHeader(file: Deno.FsFile, path: string) {
  const { size } = await file.stat();
  const wrong = (message: string) =>
    new SyntaxError(
      `${path}: ${message}: the file is damaged or not safetensors; fetch or write it again`,
    );
  if (size < 8) {
    throw wrong(`it has ${size} bytes, and the length of a header alone needs 8`);
  }
  const prefix = new Uint8Array(8);
  await fill(file, path, 0, prefix);
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(size - 8)) {
    throw wrong(`the header's length is ${length} bytes, but the file has ${size}`);
  }
  const bytes = new Uint8Array(Number(length));
  await fill(file, path, 8, bytes);
  return parseHeader(bytes, size, path);
}

/** A sparse file can be larger than the disk: names the tensor that does not fit into memory. */
function withoutRoom(path: string, name: string) {
  return (cause: unknown): never => {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(
      `${path}: tensor ${quoted(name)} does not fit into memory (${cause.message}): ` +
        "use a smaller model, or fetch the file again",
      { cause },
    );
  };
}

/** Reads `into` from byte `begin` on, to its last byte. */
async function fill(
  file: Deno.FsFile,
  path: string,
  begin: number,
  into: Uint8Array,
): Promise<void> {
  await file.seek(begin, Deno.SeekMode.Start);
  for (let done = 0; done < into.length;) {
    const read = await file.read(into.subarray(done));
    if (read === null) {
      throw new SyntaxError(
        `${path} ends at byte ${
          begin + done
        } while it is read: it was changed; fetch or write it again`,
      );
    }
    done += read;
  }
}
