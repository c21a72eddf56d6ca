// @ts-types="npm:crc-32@1.2.2"
import CRC32 from "npm:crc-32@1.2.2/crc32.js";
import type * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { boolAttribute, type NativeBackend } from "../native_binding.ts";
import { outputTensor } from "../native_kernels/bfloat16.ts";
import { encodeGraph } from "./graph_def.ts";
import { type Between, type Cut, record, type Recording, type Source } from "./record.ts";

/** A recording that TensorFlow has taken as functions, one for each part. */
export interface FunctionHandle {
  readonly names: readonly string[];
  readonly parts: readonly {
    readonly inputs: readonly Source[];
    readonly outputs: number;
  }[];
  readonly cuts: Recording["cuts"];
  readonly results: Recording["results"];
  /** Of the graphs. */
  readonly checksum: number;
}

let made = 0;

/** Records `fn` and hands the recording to TensorFlow. */
export function makeFunction(
  backend: NativeBackend,
  inputs: readonly tf.Tensor[],
  fn: (cut: Cut) => tf.Tensor[],
  between: Between | undefined,
): FunctionHandle {
  const { parts, cuts, results } = record(backend, inputs, fn, between);
  const names = parts.map(() => `compiled_${made++}`);
  let checksum = 0;
  parts.forEach(({ nodes, inputs, outputs }, i) => {
    const graph = encodeGraph(nodes), refs = inputs.map(({ ref }) => ref);
    checksum = CRC32.buf(graph, checksum);
    backend.binding.addFunction(names[i]!, graph, refs, outputs);
  });
  return {
    names,
    parts: parts.map(({ inputs, outputs }) => ({
      inputs: inputs.map(({ source }) => source),
      outputs: outputs.length,
    })),
    cuts,
    results,
    checksum,
  };
}

/**
 * Records `fn` again, and compares with what was recorded before.
 *
 * @throws {TypeError} If the graphs differ: `fn` depends on more than its inputs' values.
 */
export function compareWithFunction(
  backend: NativeBackend,
  { checksum }: FunctionHandle,
  name: string,
  inputs: readonly tf.Tensor[],
  fn: (cut: Cut) => tf.Tensor[],
  between: Between | undefined,
): void {
  const { parts } = record(backend, inputs, fn, between);
  const now = parts.reduce((sum, { nodes }) => CRC32.buf(encodeGraph(nodes), sum), 0);
  if (now === checksum) return;
  throw new TypeError(
    `The compiled function ${
      name.slice(0, 40)
    } has changed: a number in it is neither an ` +
      "input nor part of its name",
  );
}

/** Runs a function's parts, with `between` at its cuts. */
export function callFunction(
  backend: NativeBackend,
  { names, parts, cuts, results }: FunctionHandle,
  inputs: readonly tf.Tensor[],
  between: Between | undefined,
  xla: boolean,
): tf.Tensor[] {
  const { binding } = backend;
  const given: tf.Tensor[] = [];
  const inputIds = backend.getInputTensorIds(inputs);
  const outputs: number[][] = [];
  const idOf = (source: Source): number => {
    switch (source.kind) {
      case "input":
        return inputIds[source.index]!;
      case "given":
        return backend.getInputTensorIds([given[source.cut]!])[0]!;
      case "part":
        return outputs[source.part]![source.output]!;
    }
  };
  const attributes = xla ? [boolAttribute("_XlaMustCompile", true)] : [];
  try {
    parts.forEach((part, i) => {
      const infos = binding.executeOp(
        names[i]!,
        attributes,
        part.inputs.map(idOf),
        part.outputs,
      );
      outputs.push(infos.map(({ id }) => id));
      const cut = cuts[i];
      if (cut === undefined) return;
      const values = binding.tensorDataSync(outputs[cut.part]![cut.output]!);
      given.push(between!(values as Float32Array));
    });
    return results.map(({ part, output, shape, dtype }) => {
      const id = outputs[part]![output]!;
      outputs[part]![output] = -1; // it has an owner now
      return outputTensor(backend, { id, shape, dtype });
    });
  } finally {
    for (const id of outputs.flat()) if (id >= 0) binding.deleteTensor(id);
    for (const tensor of given) tensor.dispose();
  }
}
