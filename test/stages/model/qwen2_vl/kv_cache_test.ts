import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import { isCompiling } from "../../../../stages/engine/compiled/compiled.ts";
import {
  disposeCache,
  keepCompletions,
  type KvCache,
  scoreMask,
  withRoom,
  withToken,
} from "../../../../stages/model/qwen2_vl/kv_cache.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

/** Two questions with two completions, two key heads, one layer; a token is its own value. */
function cache(maxTokens: number): KvCache {
  const prompt = Array.from({ length: 4 * 3 }, (_, i) => 100 + i);
  return {
    questions: 2,
    completions: 2,
    kvHeads: 2,
    prompt: [tf.tensor3d(prompt, [4, 3, 1]), tf.tensor3d(prompt, [4, 3, 1])],
    promptTokens: [3, 2],
    own: [],
    ownTokens: 0,
    maxTokens,
  };
}

/** Appends a token to each completion: `10 · batch + step`. */
function append(before: KvCache): KvCache {
  const roomy = withRoom(before);
  const { ownTokens, own } = roomy;
  const batch = roomy.questions * roomy.kvHeads * roomy.completions;
  const values = Array.from({ length: batch }, (_, i) => 10 * i + ownTokens + 1);
  const grown = roomy.prompt.map((_, i) =>
    tf.tidy(() => withToken(own[i], ownTokens, tf.tensor3d(values, [batch, 1, 1])))
  );
  tf.dispose([...own]);
  return { ...roomy, own: grown, ownTokens: ownTokens + 1 };
}

Deno.test("a cache holds the tokens in order at its end, and the mask hides what is before", () => {
  const before = tf.memory().numTensors;
  let filled = cache(70);
  const capacities = new Set<number>();
  for (let step = 1; step <= 70; step++) {
    const mask = scoreMask(withoutRoom(filled = withRoom(filled)));
    const [rows, , width] = mask.shape;
    const visible = (mask.arraySync() as number[][][])
      .map(([row]) => row!.map((x) => x === 0));
    mask.dispose();
    filled = append(filled);
    const capacity = filled.own[0]!.shape[1];
    capacities.add(capacity);
    assert.deepEqual([rows, width], [4, 3 + capacity]);
    const prompts = [3, 3, 2, 2];
    visible.forEach((row, i) => {
      const seen = row.flatMap((is, column) => is ? [column] : []);
      assert.deepEqual(seen, [
        ...Array.from({ length: step }, (_, t) => capacity - step + t),
        ...Array.from({ length: prompts[i]! }, (_, t) => capacity + t),
      ]);
    });
    const last = filled.own[1]!.arraySync().map((row) => row.slice(-step).flat());
    assert.deepEqual(
      last,
      last.map((_, i) => Array.from({ length: step }, (_, t) => 10 * i + t + 1)),
    );
  }
  assert.deepEqual(
    [...capacities],
    isCompiling() ? [64, 70] : Array.from({ length: 70 }, (_, i) => i + 1),
  );
  disposeCache(filled);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("keepCompletions() takes the prompts of the rows it keeps along", () => {
  const before = tf.memory().numTensors;
  const kept = keepCompletions(append(append(cache(8))), [3, 0]);
  assert.deepEqual([kept.questions, kept.completions], [2, 1]);
  assert.deepEqual(kept.promptTokens, [2, 3]);
  const rows = (x: tf.Tensor3D) => x.arraySync().map((row) => row.flat());
  assert.deepEqual(rows(kept.prompt[0]!), [
    ...[[106, 107, 108], [109, 110, 111]],
    ...[[100, 101, 102], [103, 104, 105]],
  ]);
  // Batches are ordered question, key head, completion: row 3 is the second of question 1.
  assert.deepEqual(
    rows(kept.own[1]!).map((row) => row.slice(-2)),
    [[51, 52], [71, 72], [1, 2], [21, 22]],
  );
  disposeCache(kept);
  assert.equal(tf.memory().numTensors, before);
});

/** The cache as it is: appending makes no more room. */
function withoutRoom(cache: KvCache): KvCache {
  assert.equal(withRoom(cache), cache);
  return cache;
}
