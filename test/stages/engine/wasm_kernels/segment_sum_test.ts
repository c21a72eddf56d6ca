import * as tf from "@tensorflow/tfjs";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty(
  "tf.gather() with repeated indices, whose gradient tfjs lacks on wasm,",
  (n, table, d) => ({
    op: ((x: tf.Tensor2D) =>
      tf.gather(
        x,
        tf.tensor1d(Array.from({ length: n + 2 }, (_, i) => (i * 3) % table), "int32"),
      )) as Op,
    shapes: [[table, d]],
  }),
);
