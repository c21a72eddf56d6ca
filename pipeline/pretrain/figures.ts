import type { Objective } from "./objective.ts";
import { TOKEN_KINDS } from "./block.ts";
import type { Batch } from "./objective.ts";

/**
 * Figures of one batch that say more than its loss: cross-entropy by kind of token (nats, the
 * entropy of soft targets included), share of presence tokens that are right, and share of
 * visual tokens on objects that are classified right.
 */
export function figures(
  { patchLogits, tokenLogits }: Objective,
  { patches, blocks }: Batch,
): Record<string, number> {
  const out: Record<string, number> = {
    patch_accuracy: patchAccuracy(patchLogits.dataSync<"float32">(), patches.labels),
  };
  if (tokenLogits === undefined || blocks === undefined) return out;
  const logits = tokenLogits.dataSync<"float32">();
  const [n, vocabulary] = tokenLogits.shape;
  const sums = new Map<string, { loss: number; right: number; count: number }>();
  for (let i = 0; i < n; i++) {
    const row = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
    const target = blocks.targets.subarray(i * vocabulary, (i + 1) * vocabulary);
    const loose = i >= blocks.learntAfterPictures;
    const name = (loose ? "text_only_" : "") + TOKEN_KINDS[blocks.kinds[i]!];
    const sum = sums.get(name) ?? { loss: 0, right: 0, count: 0 };
    sum.loss += crossEntropy(row, target);
    sum.right += argmax(row) === argmax(target) ? 1 : 0;
    sum.count++;
    sums.set(name, sum);
  }
  for (const [name, { loss, right, count }] of sums) {
    out[`${name}_loss`] = loss / count;
    if (name !== "confidence") out[`${name}_accuracy`] = right / count;
  }
  return out;
}

function patchAccuracy(logits: Float32Array, labels: Int32Array): number {
  const classes = logits.length / labels.length;
  let right = 0, objects = 0;
  labels.forEach((label, i) => {
    if (label === classes - 1) return; // background
    objects++;
    if (argmax(logits.subarray(i * classes, (i + 1) * classes)) === label) right++;
  });
  return right / Math.max(1, objects);
}

function crossEntropy(logits: Float32Array, target: Float32Array): number {
  const top = logits[argmax(logits)]!;
  let total = 0, expected = 0;
  for (let v = 0; v < logits.length; v++) {
    total += Math.exp(logits[v]! - top);
    expected += target[v]! * (logits[v]! - top);
  }
  return Math.log(total) - expected;
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
