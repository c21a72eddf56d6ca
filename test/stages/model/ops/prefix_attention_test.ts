import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import fc from "fast-check";
import { stream } from "../../../../data/random.ts";
import { prefixAttention } from "../../../../stages/model/ops/prefix_attention.ts";
import { textSegment } from "../../../../stages/model/qwen2_vl/segments.ts";
import { packPrefixes } from "../../../../stages/model/qwen2_vl/pack_prefixes.ts";
import { draw, gradientProperty, type Op } from "../../../support/op_gradients.ts";
import { startTestBackend } from "../../../support/test_backend.ts";

await startTestBackend();

const KV_HEADS = 2, D = 4;

/** Lengths of a prefix and of the blocks that continue it. */
interface Lengths {
  readonly prefix: number;
  readonly blocks: readonly number[];
}

function pack(rows: readonly Lengths[], share: number) {
  const segment = (length: number) => textSegment(Array<number>(length).fill(1), 0);
  const packed = packPrefixes(
    rows.map(({ prefix, blocks }) => ({
      prefix: segment(prefix),
      blocks: blocks.map(segment),
    })),
    -1,
    { heads: KV_HEADS * share, kvHeads: KV_HEADS },
  );
  const { blocksStart, layout, tokenIds } = packed;
  // What each token sees: its prefix, and its own sequence up to itself.
  const seen = new Map<number, number[]>();
  let prompt = 0, block = blocksStart;
  for (const { prefix, blocks } of rows) {
    const prefixTokens = Array.from({ length: prefix }, (_, i) => prompt + i);
    prefixTokens.forEach((token, i) => seen.set(token, prefixTokens.slice(0, i + 1)));
    for (const length of blocks) {
      const own = Array.from({ length }, (_, i) => block + i);
      own.forEach((token, i) =>
        seen.set(token, [...prefixTokens, ...own.slice(0, i + 1)])
      );
      block += length;
    }
    prompt += prefix;
  }
  return { layout, tokens: tokenIds.length, seen };
}

function shapes(tokens: number, share: number) {
  const keys = [tokens, KV_HEADS, D];
  return [[tokens, KV_HEADS * share, D], keys, keys];
}

const length = fc.integer({ min: 1, max: 11 });
const someRows = fc.array(
  fc.record({
    prefix: length,
    blocks: fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);

Deno.test("prefixAttention() lets a token see its prompt and its own block up to itself", () => {
  const property = fc.property(
    someRows,
    fc.integer({ min: 1, max: 3 }),
    (rows, share) =>
      tf.tidy(() => {
        const { layout, tokens, seen } = pack(rows, share);
        const next = stream(5);
        const inputs = shapes(tokens, share).map((shape) => draw(shape, next));
        const [q, k, v] = inputs as [tf.Tensor3D, tf.Tensor3D, tf.Tensor3D];
        const actual = prefixAttention(q, k, v, layout).dataSync();
        const [qs, ks, vs] = inputs.map((x) => x.dataSync());
        for (const [token, keys] of seen) {
          for (let head = 0; head < KV_HEADS * share; head++) {
            const query = (token * KV_HEADS * share + head) * D;
            const at = (key: number) => (key * KV_HEADS + Math.floor(head / share)) * D;
            const weights = keys.map((key) => {
              let score = 0;
              for (let i = 0; i < D; i++) score += qs![query + i]! * ks![at(key) + i]!;
              return Math.exp(score / Math.sqrt(D));
            });
            const total = weights.reduce((sum, w) => sum + w, 0);
            for (let i = 0; i < D; i++) {
              const expected = keys.reduce(
                (sum, key, j) => sum + weights[j]! / total * vs![at(key) + i]!,
                0,
              );
              assert.ok(Math.abs(actual[query + i]! - expected) < 1e-5);
            }
          }
        }
      }),
  );
  fc.assert(property, { numRuns: 30 });
});

gradientProperty("prefixAttention()", (a, b, share) => {
  const rows = [{ prefix: a, blocks: [b, 1, a] }, { prefix: b, blocks: [2] }];
  const { layout, tokens, seen } = pack(rows, share);
  const real = tf.tensor1d([...seen.keys()], "int32");
  const attended = (q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D) =>
    tf.gather(prefixAttention(q, k, v, layout), real);
  return { op: attended as Op, shapes: shapes(tokens, share) };
});
