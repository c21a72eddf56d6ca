import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { countOperations } from "../../../bench/step/operations.ts";
import { startTestBackend } from "../../support/test_backend.ts";

Deno.test("operations are counted, on whichever engine runs, and give what they gave", async () => {
  await startTestBackend();
  const sum = () => tf.tidy(() => tf.add(tf.square(tf.scalar(3)), 1).dataSync()[0]);
  assert.equal(sum(), 10);
  const operations = countOperations();
  assert.equal(operations(), 0);
  assert.equal(sum(), 10);
  assert.equal(operations(), 2);
});
