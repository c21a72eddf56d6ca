/**
 * Indices of the `k` greatest weights, greatest first, equal ones by lower index; all of them if
 * there are no more.
 *
 * Holds the k best so far in a heap, so that most weights are compared once: sorting all of a
 * vocabulary takes longer than a decoding step.
 *
 * @param k At least 1.
 */
export function heaviest(weights: Float64Array, k: number): Int32Array {
  const size = Math.min(k, weights.length);
  const heap = Int32Array.from({ length: size }, (_, i) => i);
  for (let at = (size >> 1) - 1; at >= 0; at--) sink(heap, at, weights);
  for (let i = size; i < weights.length; i++) {
    // The later of two equal ones comes after the earlier.
    if (weights[i]! <= weights[heap[0]!]!) continue;
    heap[0] = i;
    sink(heap, 0, weights);
  }
  return heap.sort((a, b) => weights[b]! - weights[a]! || a - b);
}

/** Moves an entry down to where none below it comes after it. */
function sink(heap: Int32Array, at: number, weights: Float64Array): void {
  const entry = heap[at]!;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isAfter(weights, heap[below + 1]!, heap[below]!)) {
      below++;
    }
    if (!isAfter(weights, heap[below]!, entry)) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = entry;
}

function isAfter(weights: Float64Array, a: number, b: number): boolean {
  return weights[a]! < weights[b]! || (weights[a] === weights[b] && a > b);
}
