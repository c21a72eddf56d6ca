import { type FloatDtype, narrow } from "./narrow.ts";
import { writeStreamed } from "./write_streamed.ts";

/** One tensor to write, row by row. */
export interface TensorEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Writes a safetensors file: under a temporary name next to it, flushed to the disk, then renamed,
 * so that the path holds the old file or the new one and never a part.
 *
 * Tensors are sorted by name, so equal content gives equal bytes.
 *
 * @param metadata Kept in the file; readers of PyTorch want `format: "pt"`, the default.
 * @param dtype Precision in the file; rounded to the nearest, ties to even.
 * @throws {RangeError} If a shape does not fit its data, or a name comes twice.
 */
export async function writeSafetensors(
  path: string,
  entries: Iterable<TensorEntry>,
  metadata: Readonly<Record<string, string>> = { format: "pt" },
  dtype: FloatDtype = "f32",
): Promise<void> {
  const streamed = [...entries].map(({ name, shape, data }) => {
    const length = shape.reduce((product, side) => product * side, 1);
    if (length !== data.length) {
      throw new RangeError(
        `Tensor "${name}" of shape [${shape}] needs ${length} values and has ${data.length}`,
      );
    }
    return {
      name,
      shape,
      dtype: dtype.toUpperCase(),
      bytes: () => Promise.resolve(narrow(data as Float32Array<ArrayBuffer>, dtype)),
    };
  });
  await writeStreamed(path, streamed, metadata);
}
