import { ELEMENT_BYTES } from "./header.ts";

/** A tensor whose bytes are read when it is its turn to be written. */
export interface StreamedTensor {
  readonly name: string;
  /** As the format names it: "F32", "BF16", … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row by row, little-endian. */
  bytes(): Promise<Uint8Array>;
}

/** How many bytes a tensor takes in a file. */
export function tensorBytes({ dtype, shape }: Pick<StreamedTensor, "dtype" | "shape">) {
  return shape.reduce((product, side) => product * side, ELEMENT_BYTES.get(dtype) ?? NaN);
}

/**
 * Writes a safetensors file tensor by tensor, so that one tensor is in memory at a time: to a
 * temporary name next to it, flushed to the disk, then renamed.
 *
 * Tensors are sorted as in the reference library: widest dtype first, then by name.
 *
 * @param metadata Kept in the file; readers of PyTorch want `format: "pt"`, the default.
 * @throws {RangeError} If a name comes twice, or a tensor gives other bytes than its shape
 * takes.
 */
export async function writeStreamed(
  path: string,
  tensors: Iterable<StreamedTensor>,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
): Promise<void> {
  const width = ({ dtype }: StreamedTensor) => ELEMENT_BYTES.get(dtype) ?? NaN;
  const sorted = [...tensors].sort((a, b) =>
    width(b) - width(a) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  );
  const header = headerBytes(sorted, metadata);
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    const prefix = new Uint8Array(8);
    new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true);
    await writeAll(file, prefix);
    await writeAll(file, header);
    for (const tensor of sorted) {
      const bytes = await tensor.bytes(), wanted = tensorBytes(tensor);
      if (bytes.length !== wanted) {
        throw new RangeError(
          `Tensor "${tensor.name}", ${tensor.dtype} of shape [${tensor.shape}], takes ` +
            `${wanted} bytes and has ${bytes.length}`,
        );
      }
      await writeAll(file, bytes);
    }
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

function headerBytes(
  tensors: readonly StreamedTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields = [`"__metadata__":${JSON.stringify(metadata)}`];
  const taken = new Set(["__metadata__"]);
  let offset = 0;
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor;
    if (taken.has(name)) {
      throw new RangeError(`Tensor name "${name}" cannot be written: it is taken`);
    }
    taken.add(name);
    const end = offset + tensorBytes(tensor);
    const value = { dtype, shape, data_offsets: [offset, end] };
    fields.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
    offset = end;
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
