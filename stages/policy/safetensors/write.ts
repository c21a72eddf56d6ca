import { type FloatDtype, narrow } from "./narrow.ts";

/** One tensor to write, row by row. */
export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Writes a safetensors file: to a temporary name beside it, flushed to the disk, then renamed,
 * so that the path holds the old file or the new one and never a part.
 *
 * Tensors are laid out by name, so equal content gives equal bytes.
 *
 * @param metadata Kept in the file; readers of PyTorch want `format: "pt"`, the default.
 * @param dtype Precision in the file; rounded to the nearest, ties to even.
 * @throws {RangeError} Where a shape does not fit its data, or a name comes twice.
 */
export async function writeSafetensors(
  path: string,
  entries: Iterable<TensorEntry>,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
  dtype: FloatDtype = "f32",
): Promise<void> {
  const sorted = [...entries].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0
  );
  const header = headerBytes(sorted, metadata, dtype);
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true);
    await writeAll(file, prefix);
    await writeAll(file, header);
    for (const { data } of sorted) {
      await writeAll(file, narrow(data as Float32Array<ArrayBuffer>, dtype));
    }
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

function headerBytes(
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
  dtype: FloatDtype,
): Uint8Array {
  const size = dtype === "f32" ? 4 : 2;
  const fields = [`"__metadata__":${JSON.stringify(metadata)}`];
  let offset = 0, before: string | undefined;
  for (const { name, shape, data } of entries) {
    if (name === before || name === "__metadata__") {
      throw new RangeError(`Tensor name "${name}" cannot be written: it is taken`);
    }
    const length = shape.reduce((product, side) => product * side, 1);
    if (length !== data.length) {
      throw new RangeError(
        `Tensor "${name}" of shape [${shape}] needs ${length} values and has ${data.length}`,
      );
    }
    const end = offset + length * size;
    const value = { dtype: dtype.toUpperCase(), shape, data_offsets: [offset, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
    offset = end;
    before = name;
  }
  const bytes = new TextEncoder().encode(`{${fields.join(",")}}`);
  // Data begins at a multiple of eight; the format pads with spaces.
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(0x20);
  padded.set(bytes);
  return padded;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
