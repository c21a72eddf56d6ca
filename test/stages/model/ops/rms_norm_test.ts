import type * as tf from "@tensorflow/tfjs";
import { rmsNorm } from "../../../../stages/model/ops/rms_norm.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("rmsNorm()", (n, d) => ({
  op: ((x: tf.Tensor2D, w: tf.Tensor1D) => rmsNorm(x, w, 1e-2)) as Op,
  shapes: [[n, d], [d]],
}));
