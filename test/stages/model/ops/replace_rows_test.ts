import type * as tf from "@tensorflow/tfjs";
import { replaceRows, rowPlaces } from "../../../../stages/model/ops/replace_rows.ts";
import { gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("replaceRows()", (n, extra, d) => {
  const places = rowPlaces(
    n + extra,
    Int32Array.from({ length: n }, (_, i) => extra + n - 1 - i),
    n + d, // some are left over
  );
  return {
    op: ((x: tf.Tensor2D, rows: tf.Tensor2D) => replaceRows(x, rows, places)) as Op,
    shapes: [[n + extra, d], [n + d, d]],
  };
});
