import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { gather } from "./gather.ts";
import { matMul } from "./mat_mul.ts";

/** The native engine's name in tfjs. */
const BACKEND = "tensorflow";

/**
 * Replaces the kernels of tfjs's native engine that are many times slower
 * than they need to be, or that read values while they run. Call it once, after tfjs's own are registered.
 */
export function registerNativeKernels(): void {
  replace("BatchMatMul", matMul);
  replace("GatherV2", gather);
}

function replace<C>(name: string, kernel: (call: C) => tf.TensorInfo): void {
  const config = tf.getKernel(name, BACKEND);
  tf.unregisterKernel(name, BACKEND);
  tf.registerKernel({ ...config, kernelFunc: kernel as unknown as tf.KernelFunc });
}
