import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import "npm:@tensorflow/tfjs-backend-wasm@4.22.0"; // registers itself; finds its .wasm beside its code
import {
  installedEngine,
  registerNativeEngine,
  TENSORFLOW_VERSION,
} from "./native_engine.ts";
import { type EngineOptions, setEngineOptions } from "./engine_options.ts";
import { registerWasmKernels } from "./wasm_kernels/register.ts";

/** Where tensors are computed. */
export type BackendName = "native" | "wasm" | "cpu";

/** A running backend and its description in one line. */
export interface Backend {
  readonly name: BackendName;
  readonly description: string;
}

/** The name of each in tfjs. */
const registered = {
  native: "tensorflow",
  wasm: "wasm",
  cpu: "cpu",
} as const;

/**
 * Starts the engine of all tensors of this process; call it before making the first tensor.
 *
 * - `native`: TensorFlow's own engine, as installed by `deno task native`; all cores, or a GPU.
 * - `wasm`: WebAssembly with SIMD, one thread (see `PolicyOptions.workers`); nothing to install.
 * - `cpu`: plain JavaScript, for comparisons; far too slow for training.
 * - `auto` (the default): `native` if it is installed and loads, else `wasm`.
 *
 * A second call with the same name changes the options alone.
 *
 * @param options For the native engine only.
 * @throws {Error} If the backend asked for is not installed or does not start: the
 * message says what to do. `auto` does not throw for a damaged native engine: it uses wasm
 * and says so in the description.
 * @throws {RangeError} If the engine does not have the options.
 *
 * @example
 * ```ts
 * import { startBackend } from "./backend.ts";
 *
 * console.assert((await startBackend("wasm")).name === "wasm");
 * ```
 */
export async function startBackend(
  name: BackendName | "auto" = "auto",
  options: Partial<EngineOptions> = {},
): Promise<Backend> {
  const backend = await start(name);
  const { precision = "f32", xla = false } = options;
  if ((precision !== "f32" || xla) && backend.name !== "native") {
    const asked = xla ? "xla" : `precision ${precision}`;
    throw new RangeError(
      `${asked} needs the native engine and this is ${backend.name}: use option backend ` +
        "native (`deno task native` installs it), or do without",
    );
  }
  setEngineOptions(options);
  return backend;
}

async function start(name: BackendName | "auto"): Promise<Backend> {
  if (name === "auto") return await startBest();
  if (!Object.hasOwn(registered, name)) {
    const known = Object.keys(registered).join(", ");
    throw new RangeError(`Backend "${name}" is not one of auto, ${known}`);
  }
  if (name === "native") await registerNative();
  if (name === "wasm") registerWasmKernels();
  if (!await tf.setBackend(registered[name]).catch(() => false)) {
    throw new Error(`Backend "${name}" does not start here: use option backend wasm`);
  }
  await tf.ready();
  return { name, description: describe(name) };
}

async function startBest(): Promise<Backend> {
  try {
    if (installedEngine() === undefined) return await start("wasm");
    return await start("native");
  } catch (error) {
    const { name, description } = await start("wasm");
    const reason = error instanceof Error ? error.message : String(error);
    return { name, description: `${description}. Not native: ${reason}` };
  }
}

async function registerNative(): Promise<void> {
  if (tf.findBackendFactory("tensorflow") !== null) return;
  const engine = installedEngine();
  if (engine === undefined) {
    throw new Error("The native engine is not installed: run `deno task native`");
  }
  await registerNativeEngine(engine.folder);
}

function describe(name: BackendName): string {
  switch (name) {
    case "native": {
      // The types of tfjs have only what all backends share.
      const { isUsingGpuDevice } = tf.backend() as unknown as {
        isUsingGpuDevice: boolean;
      };
      const device = isUsingGpuDevice ? "GPU" : `${navigator.hardwareConcurrency} cores`;
      return `native: TensorFlow ${TENSORFLOW_VERSION}, ${device}`;
    }
    case "wasm":
      return "wasm: WebAssembly with SIMD";
    case "cpu":
      return "cpu: plain JavaScript, slow";
  }
}
