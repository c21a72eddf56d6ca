import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { boolAttribute, type NativeBackend, typeAttribute } from "../native_binding.ts";
import { engineOptions } from "../engine_options.ts";
import { BFLOAT16, cast, FLOAT, isBfloat16 } from "./bfloat16.ts";

/** Elements of a matrix from which the order of its multiplication matters. */
const LARGE = 1 << 19;

/** A call of tfjs's kernel BatchMatMul. */
export interface MatMulCall {
  readonly inputs: { readonly a: tf.TensorInfo; readonly b: tf.TensorInfo };
  readonly attrs: { readonly transposeA: boolean; readonly transposeB: boolean };
  readonly backend: unknown;
}

/**
 * The native engine's matrix product, in the precision of the run.
 *
 * The product x Wᵀ of a few rows with a large matrix is computed as (W xᵀ)ᵀ: TensorFlow packs a
 * transposed right operand again for every few rows of the left one. For two rows and a matrix of
 * 8960 x 1536 that takes 137 ms, and W xᵀ with its small transposition 11 ms; for 512 rows 296 and
 * 185 ms. A single row it multiplies without packing, and for more rows than a quarter of W's the
 * transposition costs as much as it saves. Small matrices are left as they are.
 * `deno run -A bench/native_kernels.ts` measures it.
 */
export function matMul(call: MatMulCall): tf.TensorInfo {
  const { inputs: { a, b }, attrs: { transposeA, transposeB } } = call;
  const engine = call.backend as NativeBackend;
  return changesPlaces(call)
    ? tf.tidy(() => tf.transpose(product(engine, b, a, false, true)))
    : product(engine, a, b, transposeA, transposeB);
}

/** Whether x Wᵀ is computed as (W xᵀ)ᵀ. */
export function changesPlaces({ inputs: { a, b }, attrs }: Omit<MatMulCall, "backend">) {
  if (attrs.transposeA || !attrs.transposeB) return false;
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.dtype !== "float32") return false;
  const [m] = a.shape as [number, number], [n, k] = b.shape as [number, number];
  return n * k >= LARGE && m >= 2 && 4 * m <= n;
}

function product(
  engine: NativeBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): tf.Tensor {
  const { binding } = engine;
  const rounded = a.dtype === "float32" && b.dtype === "float32" &&
    (engineOptions().precision === "bf16" || isBfloat16(a) || isBfloat16(b));
  const made: number[] = [];
  const ids = engine.getInputTensorIds([a, b]).map((id, i) => {
    if (!rounded || isBfloat16([a, b][i]!)) return id;
    const { id: copy } = cast(engine, id, BFLOAT16);
    made.push(copy);
    return copy;
  });
  // BatchMatMulV2 is slower for matrices that are no batch.
  const isPlain = a.shape.length === 2 && b.shape.length === 2;
  const [result] = binding.executeOp(
    isPlain ? "MatMul" : "BatchMatMulV2",
    [
      typeAttribute("T", rounded ? BFLOAT16 : engine.getDTypeInteger(a.dtype)),
      boolAttribute(isPlain ? "transpose_a" : "adj_x", transposeA),
      boolAttribute(isPlain ? "transpose_b" : "adj_y", transposeB),
    ],
    ids,
    1,
  ) as [{ id: number; shape: number[]; dtype: number }];
  if (rounded) made.push(result.id);
  const output = rounded ? cast(engine, result.id, FLOAT) : result;
  for (const id of made) binding.deleteTensor(id);
  return engine.createOutputTensor(output);
}
