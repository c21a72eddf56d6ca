import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import type { Checkpoint } from "../safetensors/checkpoint.ts";
import { checkFinite } from "../safetensors/check_finite.ts";

/**
 * All parameters of a checkpoint by published name, widened to 32-bit floats; the caller owns
 * them.
 *
 * They are read and handed to the engine one after another, so that apart from the weights
 * themselves at most one of them is in memory.
 *
 * @throws {RangeError} If a value is NaN or infinite, or one does not fit into memory: names the
 * parameter.
 */
export async function loadWeights(
  checkpoint: Pick<Checkpoint, "folder" | "names" | "shape" | "read">,
): Promise<Map<string, tf.Tensor>> {
  checkRoom(checkpoint);
  const weights = new Map<string, tf.Tensor>();
  try {
    for (const name of checkpoint.names) {
      const shape = [...checkpoint.shape(name)];
      const values = await checkpoint.read(name);
      checkFinite(values, checkpoint.folder, name);
      weights.set(name, handOver(tf.tensor(values, shape, "float32")));
    }
    return weights;
  } catch (error) {
    tf.dispose([...weights.values()]);
    throw error;
  }
}

/** A sparse file can claim more than any machine has. */
function checkRoom(
  { folder, names, shape }: Pick<Checkpoint, "folder" | "names" | "shape">,
) {
  const bytes = names.reduce(
    (sum, name) => sum + 4 * shape(name).reduce((product, side) => product * side, 1),
    0,
  );
  const room = machineBytes();
  if (bytes <= room) return;
  const gigabytes = (n: number) => `${(n / 1e9).toFixed(1)} GB`;
  throw new RangeError(
    `${folder} takes ${gigabytes(bytes)} as 32-bit floats, and this machine has ` +
      `${gigabytes(room)} of memory: use a smaller model`,
  );
}

function machineBytes(): number {
  try {
    const { total, swapTotal } = Deno.systemMemoryInfo();
    return total + swapTotal;
  } catch {
    return Infinity; // not allowed to ask
  }
}

/**
 * The native engine copies a tensor's values when an operation first needs them,
 * unless they are already in its layout; until then both copies stay in memory. Use one of
 * them now.
 */
function handOver(tensor: tf.Tensor): tf.Tensor {
  tf.tidy(() => {
    if (tensor.size > 0) tf.slice(tensor.flatten(), 0, 1);
  });
  return tensor;
}
