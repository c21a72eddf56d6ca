import * as tf from "@tensorflow/tfjs";
import { attention } from "../../../../stages/model/ops/attention.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty(
  "attention() with shared keys and a causal mask",
  (rows, length, share) => {
    const mask = (queries: number) =>
      tf.tensor4d(
        Float32Array.from(
          { length: queries * queries },
          (_, i) => i % queries > Math.floor(i / queries) ? -1e9 : 0,
        ),
        [1, 1, queries, queries],
      );
    return {
      op:
        ((q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D) =>
          attention(q, k, v, mask(length))) as Op,
      shapes: [[rows, length, 2 * share, 4], [rows, length, 2, 4], [rows, length, 2, 4]],
    };
  },
);
