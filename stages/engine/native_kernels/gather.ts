import * as tf from "npm:@tensorflow/tfjs@4.22.0";

interface Call {
  readonly inputs: { readonly x: tf.TensorInfo; readonly indices: tf.TensorInfo };
  readonly attrs: { readonly axis: number; readonly batchDims: number };
  readonly backend: unknown;
}

interface Executing {
  readonly binding: { readonly TF_ATTR_INT: number; readonly TF_ATTR_TYPE: number };
  getDTypeInteger(dtype: tf.DataType): number;
  executeSingleOutput(
    name: string,
    attributes: readonly unknown[],
    inputs: readonly tf.TensorInfo[],
  ): tf.TensorInfo;
}

/**
 * Rows of a tensor. tfjs's kernel reads all indices first to check them, which waits for the
 * device and cannot be compiled. TensorFlow checks them itself: on a CPU it throws, on a GPU a
 * row out of range is zero.
 */
export function gather({ inputs: { x, indices }, attrs, backend }: Call): tf.TensorInfo {
  const engine = backend as Executing, { binding } = engine;
  const { axis, batchDims } = attrs;
  const type = (name: string, dtype: tf.DataType) => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value: engine.getDTypeInteger(dtype),
  });
  const at = tf.scalar(axis, "int32");
  const rows = engine.executeSingleOutput("GatherV2", [
    { name: "batch_dims", type: binding.TF_ATTR_INT, value: batchDims },
    type("Tparams", x.dtype),
    type("Tindices", indices.dtype),
    type("Taxis", "int32"),
  ], [x, indices, at]);
  at.dispose();
  return rows;
}
