import * as tf from "npm:@tensorflow/tfjs@4.22.0";

/** The parts of tfjs's wasm backend that a kernel uses. */
export interface WasmBackend {
  readonly wasm: {
    readonly tfjs: {
      /** Registers memory with the C++ kernels under a number. */
      registerTensor(id: number, elements: number, byteOffset: number): void;
      disposeData(id: number): void;
    };
    cwrap(
      name: string,
      result: null,
      types: readonly string[],
    ): (...args: never[]) => void;
  };
  readonly dataIdMap: {
    get(dataId: object): { readonly id: number; readonly memoryOffset: number };
    has(dataId: object): boolean;
  };
  /** The next free number for {@linkcode WasmBackend.wasm}'s registerTensor. */
  dataIdNextNumber: number;
  /** A new tensor with uninitialised memory. The memory may move: create views after this. */
  makeOutput(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array | Uint8Array;
  /** One more tensor has this data. */
  incRef(dataId: object): void;
  disposeData(dataId: object, force?: boolean): boolean;
}

/** The arguments of a kernel. */
export interface KernelCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: WasmBackend;
}

/** A kernel with one output. */
export type Kernel = (call: KernelCall) => tf.TensorInfo;

/**
 * Replaces a kernel of tfjs's wasm backend, which the new one may call.
 *
 * @param make Receives tfjs's kernel; one that throws if tfjs has none.
 */
export function replaceKernel(name: string, make: (original: Kernel) => Kernel): void {
  const config = tf.getKernel(name, "wasm");
  const original = config?.kernelFunc as unknown as Kernel | undefined;
  const missing = () => {
    throw new TypeError(`The wasm backend computes ${name} for other types only`);
  };
  if (config !== undefined) tf.unregisterKernel(name, "wasm");
  tf.registerKernel({
    ...config, // with its setup, which the original needs
    kernelName: name,
    backendName: "wasm",
    kernelFunc: make(original ?? missing) as unknown as tf.KernelFunc,
  });
}

/** Adds a kernel that tfjs has no operation for: `tf.engine().runKernel(name, …)` calls it. */
export function addKernel(
  name: string,
  kernel: (call: KernelCall) => tf.TensorInfo | tf.TensorInfo[],
): void {
  const kernelFunc = kernel as unknown as tf.KernelFunc;
  tf.registerKernel({ kernelName: name, backendName: "wasm", kernelFunc });
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
