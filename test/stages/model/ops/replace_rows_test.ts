import type * as tf from "@tensorflow/tfjs";
import { replaceRows } from "../../../../stages/model/ops/replace_rows.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("replaceRows()", (n, extra, d) => ({
  op: ((x: tf.Tensor2D, rows: tf.Tensor2D) =>
    replaceRows(
      x,
      rows,
      Int32Array.from({ length: n }, (_, i) => extra + n - 1 - i),
    )) as Op,
  shapes: [[n + extra, d], [n, d]],
}));
