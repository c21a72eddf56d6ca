import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { type Kernel, type KernelCall, sizeOf, type WasmBackend } from "./kernel.ts";
import { transposeMatrices } from "./transpose.ts";

/** Products of two numbers in one matrix, above which XNNPACK beats the plain loop. */
const WORTH_PACKING = 16_384;

/**
 * Longest sum that the plain loop adds up from first to last, as XNNPACK adds up all; it
 * cuts longer ones into blocks of this length.
 */
const ONE_BLOCK = 48;

/**
 * Matrix products. tfjs multiplies a single pair of matrices, neither transposed, by XNNPACK
 * at 25 GFLOPS, and all others by a plain loop at 1.5. Here transposed operands are transposed
 * first and a batch is multiplied pair by pair, if the matrices are large enough to gain.
 *
 * Every number of a product is summed up in the same order in all of these ways, so that a row
 * does not depend on the number of rows beside it.
 */
export function batchMatMul(original: Kernel): Kernel {
  let multiplyPair: Multiply | undefined;
  return (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = call.attrs as unknown as Flags;
    const [m, k] = lastTwo(a.shape, transposeA);
    const [inner, n] = lastTwo(b.shape, transposeB);
    const isFloat = a.dtype === "float32" && b.dtype === "float32";
    const isSmall = m * k * n < WORTH_PACKING && k <= ONE_BLOCK;
    if (!isFloat || k !== inner || isSmall) return original(call);
    const plain = withoutTransposes(call);
    const batchA = a.shape.slice(0, -2), batchB = b.shape.slice(0, -2);
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
    try {
      if (sizeOf(batch) === 1) return original(plain.call);
      if (sizeOf(batchB) === 1) return flattenRows(original, plain.call, batch);
      const isPaired = sizeOf(batchA) === sizeOf(batch) &&
        sizeOf(batchB) === sizeOf(batch);
      if (!isPaired) return original(plain.call);
      multiplyPair ??= wrapMultiply(call.backend);
      return pairByPair(multiplyPair, plain.call, batch);
    } finally {
      for (const { dataId } of plain.temporary) call.backend.disposeData(dataId);
    }
  };
}

/** The fused product with bias and activation: transposed operands are transposed first. */
export function fusedMatMul(original: Kernel): Kernel {
  return (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (a.dtype !== "float32" || b.dtype !== "float32") return original(call);
    const plain = withoutTransposes(call);
    try {
      return original(plain.call);
    } finally {
      for (const { dataId } of plain.temporary) call.backend.disposeData(dataId);
    }
  };
}

interface Flags {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function lastTwo(shape: readonly number[], transposed: boolean): [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

/** The same product with plain operands; the transposed one is the caller's to dispose of. */
function withoutTransposes(call: KernelCall) {
  const { inputs, attrs, backend } = call;
  const { transposeA, transposeB } = attrs as unknown as Flags;
  const temporary: tf.TensorInfo[] = [];
  let { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  if (transposeA) temporary.push(a = transposeMatrices(a, backend));
  if (transposeB) {
    // A weight is used many times; XNNPACK caches its packed form with our copy.
    b = keptTranspose(b, backend);
  }
  const plain = {
    inputs: { ...inputs, a, b },
    attrs: { ...attrs, transposeA: false, transposeB: false },
    backend,
  };
  return { call: plain, temporary };
}

/** Transposed right operands by the operand's data: they live as long as it does. */
const kept = new WeakMap<object, tf.TensorInfo>();
const watched = new WeakSet<WasmBackend>();

function keptTranspose(b: tf.TensorInfo, backend: WasmBackend): tf.TensorInfo {
  disposeTogether(backend);
  const shape = [...b.shape.slice(0, -2), b.shape.at(-1)!, b.shape.at(-2)!];
  let transposed = kept.get(b.dataId);
  const isSame = transposed !== undefined && // data may be seen in several shapes
    String(transposed.shape.slice(-2)) === String(shape.slice(-2));
  if (transposed === undefined || !isSame) {
    if (transposed !== undefined) backend.disposeData(transposed.dataId);
    transposed = transposeMatrices(b, backend);
    kept.set(b.dataId, transposed);
  }
  return { ...transposed, shape };
}

/** Makes the backend dispose of a cached transpose together with its source. */
function disposeTogether(backend: WasmBackend): void {
  if (watched.has(backend)) return;
  watched.add(backend);
  const dispose = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const isGone = dispose(dataId, force);
    const transposed = isGone ? kept.get(dataId) : undefined;
    if (transposed !== undefined) {
      kept.delete(dataId);
      dispose(transposed.dataId);
    }
    return isGone;
  };
}

/** [..., m, k] x [k, n]: one product of all rows. */
function flattenRows(
  original: Kernel,
  call: KernelCall,
  batch: readonly number[],
): tf.TensorInfo {
  const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const [k, n] = b.shape.slice(-2) as [number, number];
  const rows = sizeOf(a.shape) / k;
  const out = original({
    ...call,
    inputs: { a: { ...a, shape: [1, rows, k] }, b: { ...b, shape: [1, k, n] } },
  });
  return { ...out, shape: [...batch, a.shape.at(-2)!, n] };
}

type Multiply = (
  ...args: [
    ...[a: number, aShape: Uint8Array, aRank: number],
    ...[b: number, bShape: Uint8Array, bRank: number],
    ...[transposeA: boolean, transposeB: boolean, out: number],
  ]
) => void;

function wrapMultiply(backend: WasmBackend): Multiply {
  const number = "number", array = "array";
  return backend.wasm.cwrap("BatchMatMul", null, [
    ...[number, array, number],
    ...[number, array, number],
    ...[number, number, number],
  ]) as Multiply;
}

/** [..., m, k] x [..., k, n], pair by pair, on views of the operands' memory. */
function pairByPair(
  multiply: Multiply,
  { inputs, backend }: KernelCall,
  batch: readonly number[],
): tf.TensorInfo {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const out = backend.makeOutput([...batch, m, n], "float32");
  const { registerTensor, disposeData } = backend.wasm.tfjs;
  const [aAt, bAt, outAt] = [a, b, out].map(({ dataId }) =>
    backend.dataIdMap.get(dataId).memoryOffset
  ) as [number, number, number];
  const aShape = shapeBytes(1, m, k), bShape = shapeBytes(1, k, n);
  const [aId, bId, outId] = [0, 1, 2].map(() => backend.dataIdNextNumber++) as [
    number,
    number,
    number,
  ];
  for (let i = 0; i < sizeOf(batch); i++) {
    registerTensor(aId, m * k, aAt + 4 * i * m * k);
    registerTensor(bId, k * n, bAt + 4 * i * k * n);
    registerTensor(outId, m * n, outAt + 4 * i * m * n);
    multiply(aId, aShape, 3, bId, bShape, 3, false, false, outId);
    for (const id of [aId, bId, outId]) disposeData(id); // and XNNPACK's packed form
  }
  return out;
}

function shapeBytes(...shape: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(shape).buffer);
}
