import * as tf from "npm:@tensorflow/tfjs@4.22.0";

/** An attribute of an operation; `type` is a TF_AttrType. */
export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** TF_AttrType. */
export const ATTRIBUTE = {
  string: 0,
  int: 1,
  float: 2,
  bool: 3,
  type: 4,
  shape: 5,
} as const;

/** An attribute that holds a data type. */
export function typeAttribute(name: string, value: number): OpAttribute {
  return { name, type: ATTRIBUTE.type, value };
}

/** An attribute that holds a shape. */
export function shapeAttribute(name: string, value: readonly number[]): OpAttribute {
  return { name, type: ATTRIBUTE.shape, value };
}

/** An attribute that is a whole number. */
export function intAttribute(name: string, value: number): OpAttribute {
  return { name, type: ATTRIBUTE.int, value };
}

/** An attribute that is true or false. */
export function boolAttribute(name: string, value: boolean): OpAttribute {
  return { name, type: ATTRIBUTE.bool, value };
}

/** A tensor that an operation made; `dtype` is a TF_DataType. */
export interface OutputInfo {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** What the binding of tfjs-node has, with the functions of our build. */
export interface NativeBinding {
  createTensor(shape: number[], dtype: number, values: ArrayLike<number>): number;
  deleteTensor(id: number): void;
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): OutputInfo[];
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  /** `graph` is a serialised GraphDef; inputs and outputs are named `operation:output`. */
  addFunction(
    name: string,
    graph: Uint8Array,
    inputs: readonly string[],
    outputs: readonly string[],
  ): void;
  removeFunction(name: string): void;
}

/** The parts of tfjs's native backend that functions use; the binding may be replaced. */
export interface NativeBackend {
  binding: NativeBinding;
  /** Hands tensors to TensorFlow that are not there yet. */
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  /** The TF_DataType of a type of tfjs. */
  getDTypeInteger(dtype: tf.DataType): number;
  /** Keeps the values of a new tensor until an operation needs them. */
  write(values: unknown, shape: number[], dtype: tf.DataType): object;
  createOutputTensor(info: OutputInfo): tf.Tensor;
}

/** The running backend, if it is native. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === "tensorflow"
    ? tf.backend() as unknown as NativeBackend
    : undefined;
}
