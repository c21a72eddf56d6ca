import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { compiled } from "../engine/compiled/compiled.ts";
import { together } from "./together.ts";

/**
 * Adds the gradients of a micro-batch to the sums of those before it, in the order of the calls:
 * sums of f32 depend on it.
 *
 * @param sums By parameter name; changed. It owns its tensors.
 * @param parts Disposed of, or taken over for a parameter that has no sum yet.
 */
export function addGradients(
  sums: Map<string, tf.Tensor>,
  parts: ReadonlyMap<string, tf.Tensor>,
): void {
  const shared: string[] = [];
  for (const [name, part] of parts) {
    if (sums.has(name)) shared.push(name);
    else sums.set(name, part);
  }
  for (const names of together(shared, (name) => parts.get(name)!.size)) {
    const before = names.map((name) => sums.get(name)!);
    const added = names.map((name) => parts.get(name)!);
    const after = compiled(
      "add gradients",
      [...before, ...added],
      () => before.map((sum, i) => tf.add(sum, added[i]!)),
    );
    names.forEach((name, i) => sums.set(name, after[i]!));
    tf.dispose([...before, ...added]);
  }
}
