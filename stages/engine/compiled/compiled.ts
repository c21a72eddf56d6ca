import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import {
  callFunction,
  compareWithFunction,
  type FunctionHandle,
  makeFunction,
} from "./function.ts";
import { type NativeBackend, nativeBackend } from "../native_binding.ts";
import { isBfloat16 } from "../native_kernels/bfloat16.ts";
import { engineOptions } from "../engine_options.ts";
import { type Between, type Cut, NO_BETWEEN } from "./record.ts";

export type { Between, Cut } from "./record.ts";

/** How {@linkcode compiled} runs a function. */
export interface CompiledOptions {
  /**
   * Called where `fn` calls `cut`: receives that tensor's values, and returns the tensor with
   * which the function goes on. A loss in double precision is one. It is called twice when the
   * function is recorded.
   */
  readonly between?: Between;
  /** Do not make a function, as if the engine had none: for shapes that hardly come again. */
  readonly eager?: boolean;
  /** Compile it with XLA if the engine's options say so: for many small operations. */
  readonly xla?: boolean;
}

/** Functions that are kept; the one unused for longest goes. */
const KEPT = 96;

/** By {@linkcode keyOf}. */
const functions = new Map<string, FunctionHandle>();
let isVerifying = false;

/**
 * Runs `fn`; on the native engine, as one function of TensorFlow, recorded at the first call of
 * a `name` with inputs of these shapes.
 *
 * TensorFlow takes 40 to 100 microseconds to dispatch an operation, which is most of the time of a
 * small model. A function is dispatched once, its operations run side by side, and what is not
 * needed any more is freed at once. Even the first call returns what the function computes, not
 * what was recorded: a run that is resumed gets the same numbers.
 *
 * @param name Says all that `fn` uses apart from tensors: numbers, shapes, a model's form.
 * @param inputs All tensors that `fn` uses. Their values may change from call to call.
 * @param fn Must depend on nothing else. Tensors that it makes are freed, but those it returns.
 * @returns What `fn` returns; the caller disposes of it.
 * @throws {TypeError} While recording: if `fn` uses a tensor that is not an input, makes a
 * tensor of more than 16 numbers out of values, or reads a tensor's values. All of these
 * would be frozen into the function. On every engine: if it is called under a gradient.
 *
 * @example
 * ```ts
 * import * as tf from "npm:@tensorflow/tfjs@4.22.0";
 * import { startBackend } from "../backend.ts";
 * import { compiled } from "./compiled.ts";
 *
 * await startBackend("wasm");
 * const x = tf.tensor1d([1, 2]), rate = tf.scalar(0.5);
 * const [y] = compiled("scale", [x, rate], () => [tf.mul(x, rate)]);
 * console.log(y.dataSync()); // 0.5, 1
 * ```
 */
export function compiled<T extends tf.Tensor[]>(
  name: string,
  inputs: readonly tf.Tensor[],
  fn: (cut: Cut) => T,
  { between, eager = false, xla: isFit = false }: CompiledOptions = {},
): T {
  checkTape(name);
  const backend = eager ? undefined : compilingBackend();
  if (backend === undefined) {
    return tf.tidy(() => {
      const results = fn((tensor) => {
        if (between === undefined) throw new TypeError(NO_BETWEEN);
        return between(tensor.dataSync() as Float32Array);
      });
      // As a function does: no result is an input or there twice.
      const taken = new Set(inputs);
      return results.map((result) => {
        if (taken.has(result)) return result.clone();
        taken.add(result);
        return result;
      }) as T;
    });
  }
  const xla = isFit && engineOptions().xla;
  const key = keyOf(name, inputs, xla);
  let found = functions.get(key);
  if (found === undefined) {
    found = makeFunction(backend, inputs, fn, between);
    while (functions.size >= KEPT) forgetOldest(backend);
  } else if (isVerifying) {
    compareWithFunction(backend, found, name, inputs, fn, between);
  }
  functions.delete(key); // now the youngest
  functions.set(key, found);
  return callFunction(backend, found, inputs, between, xla) as T;
}

/** Whether {@linkcode compiled} makes functions of the running engine. */
export function isCompiling(): boolean {
  return compilingBackend() !== undefined;
}

/**
 * `size`, on an engine that compiles rounded up to a multiple of `step`: fewer shapes are fewer
 * functions.
 */
export function padded(size: number, step: number): number {
  return isCompiling() ? Math.ceil(size / step) * step : size;
}

/**
 * Records functions again at every call and compares: a number that is neither an input nor part
 * of the name is found when it changes. For tests, since it takes as long as computing without
 * functions.
 */
export function verifyFunctions(on: boolean): void {
  isVerifying = on;
}

/** Number of functions that are held. */
export function heldFunctions(): number {
  return functions.size;
}

/** A tape would not see what a function does: the whole gradient is what is compiled. */
function checkTape(name: string) {
  const { state } = tf.engine() as unknown as { state: { gradientDepth: number } };
  if (state.gradientDepth === 0) return;
  throw new TypeError(`compiled() is called under a gradient: ${name.slice(0, 40)}`);
}

function compilingBackend(): NativeBackend | undefined {
  const backend = nativeBackend();
  return typeof backend?.binding.addFunction === "function" ? backend : undefined;
}

function keyOf(name: string, inputs: readonly tf.Tensor[], xla: boolean): string {
  let key = `${name} ${engineOptions().precision}${xla ? " xla" : ""}`;
  for (const input of inputs) {
    const { shape, dtype } = input;
    key += `;${dtype === "float32" ? "" : dtype}${
      isBfloat16(input) ? "bf16" : ""
    }${shape}`;
  }
  return key;
}

function forgetOldest(backend: NativeBackend) {
  const [key, { names }] = functions.entries().next().value!;
  functions.delete(key);
  for (const name of names) backend.binding.removeFunction(name);
}
