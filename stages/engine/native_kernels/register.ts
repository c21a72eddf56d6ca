import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type MatMul, matMul } from "./mat_mul.ts";

/** The native engine's name in tfjs. */
const BACKEND = "tensorflow";

/**
 * Replaces the kernels of tfjs's native engine that are many times slower
 * than they need to be. Call it once, after tfjs's own are registered.
 */
export function registerNativeKernels(): void {
  const name = "BatchMatMul";
  const config = tf.getKernel(name, BACKEND);
  tf.unregisterKernel(name, BACKEND);
  tf.registerKernel({
    ...config,
    kernelFunc: matMul(
      config.kernelFunc as unknown as MatMul,
    ) as unknown as tf.KernelFunc,
  });
}
