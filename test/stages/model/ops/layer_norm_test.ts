import type * as tf from "@tensorflow/tfjs";
import { layerNorm } from "../../../../stages/model/ops/layer_norm.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("layerNorm()", (n, d) => ({
  op: ((x: tf.Tensor2D, w: tf.Tensor1D, b: tf.Tensor1D) => layerNorm(x, w, b, 0.1)) as Op,
  shapes: [[n, d + 1], [d + 1], [d + 1]],
}));
