import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { BFLOAT16, isBfloat16 } from "../native_kernels/bfloat16.ts";
import type { GraphNode } from "./graph_def.ts";
import {
  type NativeBackend,
  type NativeBinding,
  type OpAttribute,
  type OutputInfo,
  shapeAttribute,
  typeAttribute,
} from "../native_binding.ts";

/** What a function does on the host between two halves of its work. */
export type Between = (values: Float32Array) => tf.Tensor;

/** Reads a tensor, calls {@linkcode Between} and returns its tensor. */
export type Cut = (tensor: tf.Tensor) => tf.Tensor;

/** Numbers that a constant may hold: axes, shapes and the like, not data. */
const CONSTANT = 16;

/** Where a value of a recording comes from. */
export type Source =
  /** An input of the whole, by its place. */
  | { readonly kind: "input"; readonly index: number }
  /** What `between` returned at a cut, by its number. */
  | { readonly kind: "given"; readonly cut: number }
  /** An output of an earlier part. */
  | { readonly kind: "part"; readonly part: number; readonly output: number };

/** A part of a recording between two cuts: one graph. */
export interface RecordedPart {
  readonly nodes: readonly GraphNode[];
  /** Placeholders, in order, and where their values come from. */
  readonly inputs: readonly { readonly ref: string; readonly source: Source }[];
  /** Outputs of nodes, `node:output`. */
  readonly outputs: readonly string[];
}

/** What a function dispatched to TensorFlow. */
export interface Recording {
  readonly parts: readonly RecordedPart[];
  /** The output of a part that is read at each cut; a cut ends a part. */
  readonly cuts: readonly { readonly part: number; readonly output: number }[];
  /** The function's results. */
  readonly results: readonly {
    readonly part: number;
    readonly output: number;
    readonly shape: number[];
    readonly dtype: number;
  }[];
}

interface Known {
  readonly shape: number[];
  readonly dtype: number;
  readonly source:
    | Source
    | { readonly kind: "constant"; readonly bytes: Uint8Array }
    | { readonly kind: "node"; readonly part: number; readonly ref: string };
}

interface OpenPart {
  readonly nodes: GraphNode[];
  readonly inputs: { ref: string; source: Source }[];
  readonly outputs: string[];
  /** What a part refers to by tensor id. */
  readonly refs: Map<number, string>;
}

/**
 * Runs `fn` on the native engine and writes down what it dispatches.
 *
 * @throws {TypeError} If it uses a tensor that is neither an input nor made by an operation of its
 * own, or reads a value: those would be frozen into the recording. If an input is a clone of
 * another.
 */
export function record(
  backend: NativeBackend,
  inputs: readonly tf.Tensor[],
  fn: (cut: Cut) => tf.Tensor[],
  between: Between | undefined,
): Recording {
  const real = backend.binding;
  const known = new Map<number, Known>();
  backend.getInputTensorIds(inputs).forEach((id, index) => {
    const { shape } = inputs[index]!;
    const source = { kind: "input", index } as const;
    // The recording would take one of them for the other, in calls with different ones too.
    if (known.has(id)) throw new TypeError("Two inputs of a function share their values");
    known.set(id, { shape, dtype: dtypeOf(inputs[index]!), source });
  });
  const parts: OpenPart[] = [newPart()];
  const cuts: { part: number; output: number }[] = [];
  let names = 0;

  /** A value's name in the part that is being written. */
  const refTo = (id: number): string => {
    const at = parts.length - 1, part = parts[at]!;
    const there = part.refs.get(id);
    if (there !== undefined) return there;
    const value = known.get(id);
    if (value === undefined) throw new TypeError(`${FOREIGN}: declare it as an input`);
    const { shape, dtype, source } = value;
    const name = `n${names++}`;
    const ref = `${name}:0`;
    if (source.kind === "constant") {
      const constant = { shape, dtype, bytes: source.bytes };
      part.nodes.push({ name, op: "Const", inputs: [], attributes: [], value: constant });
    } else {
      const attributes = [typeAttribute("dtype", dtype), shapeAttribute("shape", shape)];
      part.nodes.push({ name, op: "Placeholder", inputs: [], attributes });
      part.inputs.push({
        ref,
        source: source.kind === "node" ? outputOf(source.part, source.ref) : source,
      });
    }
    part.refs.set(id, ref);
    return ref;
  };
  const outputOf = (at: number, ref: string) => {
    const { outputs } = parts[at]!;
    const found = outputs.indexOf(ref);
    const output = found < 0 ? outputs.push(ref) - 1 : found;
    return { kind: "part", part: at, output } as const;
  };
  const executeOp = (
    op: string,
    attributes: readonly OpAttribute[],
    ids: readonly number[],
    outputs: number,
  ): OutputInfo[] => {
    const refs = ids.map(refTo);
    const made = real.executeOp(op, attributes, ids, outputs);
    const part = parts.length - 1, name = `n${names++}`;
    parts[part]!.nodes.push({ name, op, inputs: refs, attributes });
    made.forEach(({ id, shape, dtype }, i) => {
      const ref = `${name}:${i}`;
      known.set(id, { shape, dtype, source: { kind: "node", part, ref } });
      parts[part]!.refs.set(id, ref);
    });
    return made;
  };
  const recorder: Partial<NativeBinding> = {
    executeOp,
    createTensor(shape, dtype, values) {
      const size = values.length;
      if (size > CONSTANT) {
        throw new TypeError(
          `A tensor of ${size} numbers is made inside of a compiled function: make it ` +
            "before and declare it as an input",
        );
      }
      const id = real.createTensor(shape, dtype, values);
      const { buffer, byteOffset, byteLength } = values as Float32Array;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength).slice();
      known.set(id, { shape: [...shape], dtype, source: { kind: "constant", bytes } });
      return id;
    },
    tensorDataSync() {
      throw new TypeError("A compiled function reads a tensor's values: use a cut");
    },
  };
  const watching: NativeBinding = Object.create(
    real,
    Object.getOwnPropertyDescriptors(recorder),
  );
  const cut: Cut = (tensor) => {
    if (between === undefined) throw new TypeError(NO_BETWEEN);
    const [id] = backend.getInputTensorIds([tensor]) as [number];
    const at = known.get(id)?.source;
    if (at?.kind !== "node") throw new TypeError("A cut reads what an operation made");
    const { part, output } = outputOf(at.part, at.ref);
    backend.binding = real; // not recorded
    const given = between(real.tensorDataSync(id) as Float32Array);
    const [next] = backend.getInputTensorIds([given]) as [number];
    backend.binding = watching;
    const source = { kind: "given", cut: cuts.length } as const;
    known.set(next, { shape: given.shape, dtype: dtypeOf(given), source });
    cuts.push({ part, output });
    parts.push(newPart());
    return given;
  };

  // A tensor that nothing has used yet is handed over at its first use: it would look like one
  // that the function made.
  const own = new WeakSet<object>();
  const write: NativeBackend["write"] = (values, shape, dtype) => {
    const id = Object.getPrototypeOf(backend).write.call(backend, values, shape, dtype);
    own.add(id);
    return id;
  };
  const getInputTensorIds: NativeBackend["getInputTensorIds"] = (tensors) =>
    tensors.flatMap((tensor) => {
      const handOver = Object.getPrototypeOf(backend).getInputTensorIds;
      const [id] = handOver.call(backend, [tensor]);
      const isConstant = known.get(id)?.source.kind === "constant";
      if (isConstant && tensor.dataId && !own.has(tensor.dataId)) foreign();
      return id;
    });

  backend.binding = watching;
  Object.assign(backend, { write, getInputTensorIds });
  try {
    const results = tf.tidy(() => fn(cut));
    const ids = backend.getInputTensorIds(results);
    tf.dispose(results.filter((result) => !inputs.includes(result)));
    const taken = new Set<number>();
    return {
      results: ids.map((id) => {
        const { shape, dtype, source } = known.get(id) ?? foreign();
        if (source.kind === "node" && !taken.has(id)) {
          taken.add(id);
          return { ...outputOf(source.part, source.ref), shape, dtype };
        }
        // An input, a constant or a tensor twice: each result is a tensor of its own.
        const name = `n${names++}`, part = parts.length - 1;
        const attributes = [typeAttribute("T", dtype)];
        const inputs = [refTo(id)];
        parts[part]!.nodes.push({ name, op: "Identity", inputs, attributes });
        return { ...outputOf(part, `${name}:0`), shape, dtype };
      }),
      parts: parts.map(({ nodes, inputs, outputs }) => ({
        nodes: needed(nodes, outputs),
        inputs,
        outputs,
      })),
      cuts,
    };
  } finally {
    backend.binding = real;
    Reflect.deleteProperty(backend, "write");
    Reflect.deleteProperty(backend, "getInputTensorIds");
  }
}

const FOREIGN =
  "A compiled function uses a tensor that is not an input and that it did not make";
/** What a cut without its `between` says. */
export const NO_BETWEEN =
  "A compiled function has a cut but was called without `between`";

function foreign(): never {
  throw new TypeError(`${FOREIGN}: declare it as an input`);
}

function newPart(): OpenPart {
  return { nodes: [], inputs: [], outputs: [], refs: new Map() };
}

/** The TF_DataType of a tensor. */
function dtypeOf(tensor: tf.Tensor): number {
  if (isBfloat16(tensor)) return BFLOAT16;
  const types: Partial<Record<tf.DataType, number>> = { float32: 1, int32: 3, bool: 10 };
  const type = types[tensor.dtype];
  if (type === undefined) {
    throw new TypeError(`A compiled function takes no ${tensor.dtype}`);
  }
  return type;
}

/** Nodes that outputs need, and all placeholders. */
function needed(nodes: readonly GraphNode[], outputs: readonly string[]): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const live = new Set<string>();
  const open = [...outputs];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    const name = ref.slice(0, ref.lastIndexOf(":"));
    if (live.has(name)) continue;
    live.add(name);
    open.push(...byName.get(name)!.inputs);
  }
  return nodes.filter(({ name, op }) => op === "Placeholder" || live.has(name));
}
