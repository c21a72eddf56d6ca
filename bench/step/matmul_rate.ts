import * as tf from "@tensorflow/tfjs";
import { cpuSeconds } from "./phase_clock.ts";

const SIDE = 1024, FLOPS = 2 * SIDE ** 3;

/** How fast the running engine multiplies matrices. */
export interface MatmulRate {
  /** Billions of floating-point operations a second: the best of several products. */
  readonly gflops: number;
  /** The same for a second of one processor, the mean of all. */
  readonly gflopsPerCpuSecond: number;
}

/** Multiplies square matrices of 1024 x 1024 numbers for a second. */
export function matmulRate(): MatmulRate {
  const [a, b] = [tf.randomUniform([SIDE, SIDE]), tf.randomUniform([SIDE, SIDE])];
  const multiply = () => {
    const product = tf.matMul(a!, b!);
    product.dataSync();
    product.dispose();
  };
  multiply();
  let best = Infinity, count = 0;
  const cpu = cpuSeconds(), began = performance.now();
  for (let from = began; from - began < 1000 || count < 3; count++) {
    multiply();
    const now = performance.now();
    best = Math.min(best, (now - from) / 1000);
    from = now;
  }
  const spent = cpuSeconds() - cpu;
  tf.dispose([a!, b!]);
  return {
    gflops: FLOPS / best / 1e9,
    gflopsPerCpuSecond: count * FLOPS / spent / 1e9,
  };
}
