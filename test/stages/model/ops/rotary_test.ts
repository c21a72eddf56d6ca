import type * as tf from "@tensorflow/tfjs";
import { rotary, rotaryTable } from "../../../../stages/model/ops/rotary.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("rotary()", (n, heads, half) => {
  const angles = Float32Array.from({ length: n * half }, (_, i) => 0.3 * i);
  const table = rotaryTable(angles, n, 2 * half);
  return {
    op: ((x: tf.Tensor3D) => rotary(x, table)) as Op,
    shapes: [[n, heads, 2 * half]],
  };
});
