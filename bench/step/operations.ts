import * as tf from "@tensorflow/tfjs";

/** The parts of the native engine's binding that are counted. */
interface Binding {
  executeOp(...args: unknown[]): unknown;
}

/**
 * Counts what is dispatched to the running engine from now on: operations of TensorFlow on
 * `native`, with a compiled function as one; kernels of tfjs elsewhere.
 *
 * @returns The number so far.
 */
export function countOperations(): () => number {
  let count = 0;
  const backend = tf.backend() as unknown as { binding?: Binding };
  const { binding } = backend;
  if (binding !== undefined) {
    // The binding's own properties cannot be changed.
    const counted = (...args: unknown[]) => {
      count++;
      return binding.executeOp(...args);
    };
    backend.binding = Object.create(binding, { executeOp: { value: counted } });
  } else {
    const engine = tf.engine(), run = engine.runKernel;
    engine.runKernel = (...args) => {
      count++;
      // deno-lint-ignore no-explicit-any -- generic in the result
      return run.apply(engine, args) as any;
    };
  }
  return () => count;
}
