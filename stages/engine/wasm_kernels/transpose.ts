import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, sizeOf, type WasmBackend } from "./kernel.ts";

/** Transpose: a single large matrix in blocks that stay in the cache, about ten times faster. */
export function transpose(original: Kernel): Kernel {
  return (call) => {
    const { x } = call.inputs as { x: tf.TensorInfo };
    const perm = call.attrs.perm as number[];
    const [rows, columns] = x.shape;
    const isMatrix = x.shape.length === 2 && perm[0] === 1 && x.dtype === "float32";
    if (!isMatrix || rows! * columns! < 4096) return original(call);
    return transposeMatrices(x, call.backend);
  };
}

/**
 * Swaps the last two axes.
 *
 * @param x [..., rows, columns], float32.
 * @returns [..., columns, rows]
 */
export function transposeMatrices(
  x: tf.TensorInfo,
  backend: WasmBackend,
): tf.TensorInfo {
  const outer = x.shape.slice(0, -2);
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const out = backend.makeOutput([...outer, columns, rows], "float32");
  const from = backend.typedArrayFromHeap(x);
  const to = backend.typedArrayFromHeap(out);
  const size = rows * columns;
  for (let start = 0; start < sizeOf(outer) * size; start += size) {
    transposeMatrix(from, to, start, rows, columns);
  }
  return out;
}

const BLOCK = 16; // 16 floats are a cache line

function transposeMatrix(
  from: Float32Array | Int32Array | Uint8Array,
  to: Float32Array | Int32Array | Uint8Array,
  start: number,
  rows: number,
  columns: number,
): void {
  for (let top = 0; top < rows; top += BLOCK) {
    const bottom = Math.min(top + BLOCK, rows);
    for (let left = 0; left < columns; left += BLOCK) {
      const right = Math.min(left + BLOCK, columns);
      for (let j = left; j < right; j++) {
        let source = start + top * columns + j;
        let target = start + j * rows + top;
        for (let i = top; i < bottom; i++, source += columns) {
          to[target++] = from[source]!;
        }
      }
    }
  }
}
