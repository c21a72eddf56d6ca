import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import {
  boolAttribute,
  type NativeBackend,
  nativeBackend,
  type OutputInfo,
  typeAttribute,
} from "../native_binding.ts";
import { engineOptions } from "../engine_options.ts";

/** TF_DataType. */
export const FLOAT = 1, BFLOAT16 = 14;

/** Data in bfloat16. tfjs has no such type: its tensors say float32. */
const low = new WeakSet<object>();

/** Whether a tensor's data are in bfloat16: only a product may use it. */
export function isBfloat16({ dataId }: tf.TensorInfo): boolean {
  return low.has(dataId);
}

/** A tensor of what an operation made, which may be in bfloat16. */
export function outputTensor(backend: NativeBackend, info: OutputInfo): tf.Tensor {
  if (info.dtype !== BFLOAT16) return backend.createOutputTensor(info);
  const tensor = backend.createOutputTensor({ ...info, dtype: FLOAT });
  low.add(tensor.dataId);
  return tensor;
}

/** Rounds to bfloat16, or widens to 32 bits again. */
export function cast({ binding }: NativeBackend, id: number, to: number): OutputInfo {
  const from = to === FLOAT ? BFLOAT16 : FLOAT;
  return binding.executeOp(
    "Cast",
    [
      typeAttribute("SrcT", from),
      typeAttribute("DstT", to),
      boolAttribute("Truncate", false),
    ],
    [id],
    1,
  )[0]!;
}

/**
 * A matrix in the form in which products of the running engine use it: a copy in bfloat16 if the
 * precision is bf16, else the tensor itself. For matrices that many products share; nothing but
 * a product can use the result.
 */
export function forProducts<T extends tf.Tensor>(matrix: T): T {
  const backend = nativeBackend();
  if (backend === undefined || engineOptions().precision !== "bf16") return matrix;
  const [id] = backend.getInputTensorIds([matrix]) as [number];
  return outputTensor(backend, cast(backend, id, BFLOAT16)) as T;
}
