/**
 * Loads the native engine of the folder named by the first argument, multiplies two matrices
 * and prints "GPU" or "CPU". A process of its own: a library that does not fit may crash it.
 *
 * @module
 */
import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { registerNativeEngine } from "../../stages/engine/native_engine.ts";

if (import.meta.main) {
  const [folder] = Deno.args;
  if (folder === undefined) throw new TypeError("The folder of the engine is missing");
  await registerNativeEngine(folder);
  await tf.setBackend("tensorflow");
  const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5], [6]]));
  const found = String(product.dataSync());
  if (found !== "17,39") throw new Error(`The engine computes ${found} instead of 17,39`);
  const { isUsingGpuDevice } = tf.backend() as unknown as { isUsingGpuDevice: boolean };
  console.log(isUsingGpuDevice ? "GPU" : "CPU");
}
