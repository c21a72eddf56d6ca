import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { stream } from "../../../../data/random.ts";
import { tokenLogProbs } from "../../../../stages/model/ops/token_log_probs.ts";
import { draw, gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

gradientProperty("tokenLogProbs()", (n, vocabulary, d) => {
  const tokens = tf.tensor1d(
    Array.from({ length: n }, (_, i) => (i * 5) % (vocabulary + 1)),
    "int32",
  );
  const logProbs = (hidden: tf.Tensor2D, head: tf.Tensor2D) =>
    tf.slice(tokenLogProbs(hidden, head, tokens, 0.7), [0, 0], [-1, 1]);
  return { op: logProbs as Op, shapes: [[n, d], [vocabulary + 1, d]] };
});

Deno.test("tokenLogProbs() in chunks equals one piece, in value and gradient", () => {
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const next = stream(3);
    const hidden = draw([10, 8], next), head = draw([30, 8], next);
    const tokens = tf.tensor1d(
      Array.from({ length: 10 }, (_, i) => (i * 7) % 30),
      "int32",
    );
    const [whole, chunked] = [1 << 20, 90].map((floats) => {
      const run = (h: tf.Tensor, w: tf.Tensor) =>
        tokenLogProbs(h as tf.Tensor2D, w as tf.Tensor2D, tokens, 1, floats);
      const sum = (h: tf.Tensor, w: tf.Tensor) => tf.sum(run(h, w));
      return [run(hidden, head), ...tf.grads(sum)([hidden, head])];
    });
    whole!.forEach((tensor, i) => {
      const other = chunked![i]!.dataSync();
      tensor.dataSync().forEach((x, j) => assert.ok(Math.abs(x - other[j]!) < 1e-5));
    });
  });
  assert.equal(tf.memory().numTensors, before);
});
