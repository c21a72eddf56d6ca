/**
 * The product of a few rows with a large transposed matrix on the native engine, as TensorFlow
 * does it and as we do: milliseconds, the best of six.
 *
 * `deno run -A bench/native_kernels.ts`
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../stages/engine/backend.ts";
import { installedEngine } from "../stages/engine/native_engine.ts";

/** As in Qwen2-VL-2B: a feed-forward layer, and the vocabulary's head. */
const MATRICES = [[8960, 1536], [151936, 1536]] as const;
const ROWS = [1, 2, 4, 8, 32, 512];

function best(run: () => tf.Tensor): number {
  let least = Infinity;
  for (let i = 0; i < 6; i++) {
    const start = performance.now();
    const product = run();
    product.dataSync();
    least = Math.min(least, performance.now() - start);
    product.dispose();
  }
  return least;
}

if (installedEngine() !== undefined) {
  await startBackend("native");
  console.log("matrix              rows   TensorFlow's        ours");
  for (const [n, k] of MATRICES) {
    const w = tf.randomUniform([n, k]) as tf.Tensor2D;
    for (const rows of ROWS) {
      if (rows * n > 1 << 24) continue;
      const x = tf.randomUniform([rows, k]) as tf.Tensor2D;
      // A batch of one is not what our kernel looks for.
      const theirs = tf.tidy(() => [x.expandDims(0), w.expandDims(0)]) as tf.Tensor3D[];
      const times = [
        best(() => tf.matMul(theirs[0]!, theirs[1]!, false, true)),
        best(() => tf.matMul(x, w, false, true)),
      ].map((ms) => `${ms.toFixed(1)} ms`.padStart(12));
      console.log(
        `${`${n} x ${k}`.padEnd(16)} ${String(rows).padStart(7)} ${times.join("")}`,
      );
      tf.dispose([x, ...theirs]);
    }
    w.dispose();
  }
} else console.log("The native engine is not installed: run `deno task native`");
