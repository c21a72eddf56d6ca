import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { intAttribute, type NativeBackend, typeAttribute } from "../native_binding.ts";

/** A call of tfjs's kernel GatherV2. */
export interface GatherCall {
  readonly inputs: { readonly x: tf.TensorInfo; readonly indices: tf.TensorInfo };
  readonly attrs: { readonly axis: number; readonly batchDims: number };
  readonly backend: unknown;
}

/**
 * Rows of a tensor. tfjs's kernel reads all indices first to check them, which waits for the
 * device and cannot be compiled. TensorFlow checks them itself: on a CPU it throws, on a GPU a
 * row out of range is zero.
 */
export function gather(
  { inputs: { x, indices }, attrs: { axis, batchDims }, backend }: GatherCall,
): tf.TensorInfo {
  const engine = backend as NativeBackend;
  const at = tf.scalar(axis, "int32");
  const [rows] = engine.binding.executeOp(
    "GatherV2",
    [
      intAttribute("batch_dims", batchDims),
      typeAttribute("Tparams", engine.getDTypeInteger(x.dtype)),
      typeAttribute("Tindices", engine.getDTypeInteger(indices.dtype)),
      typeAttribute("Taxis", engine.getDTypeInteger("int32")),
    ],
    engine.getInputTensorIds([x, indices, at]),
    1,
  );
  at.dispose();
  return engine.createOutputTensor(rows!);
}
