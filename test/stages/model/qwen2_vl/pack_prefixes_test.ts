import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import type { SharedRow } from "../../../../stages/model/qwen2_vl/segments.ts";
import {
  packPrefixes,
  rounded,
} from "../../../../stages/model/qwen2_vl/pack_prefixes.ts";
import { startBackend } from "../../../../stages/engine/backend.ts";

await startBackend("wasm"); // which rounds nothing up

const IMAGE = 9;

/** A segment whose positions on the three axes are 100, 200 and 300 more than its token ids. */
function segment(...tokenIds: number[]) {
  const axes = [100, 200, 300];
  return {
    tokenIds,
    positions: Int32Array.from(axes.flatMap((axis) => tokenIds.map((id) => axis + id))),
  };
}

const rows: SharedRow[] = [
  { prefix: segment(1, IMAGE), blocks: [segment(2, 3), segment(4)] },
  { prefix: segment(5), blocks: [segment(6)] },
];

Deno.test("packPrefixes() puts all prompts before all blocks, without gaps", () => {
  const before = tf.memory().numTensors;
  const packed = packPrefixes(rows, IMAGE, { heads: 1, kvHeads: 1 });
  // One more of each fills up what is shorter than the longest.
  assert.deepEqual([...packed.tokenIds], [1, IMAGE, 5, 0, 2, 3, 4, 6, 0]);
  assert.equal(packed.blocksStart, 4);
  assert.deepEqual([...packed.imageSlots], [1]);
  const [time, height] = [packed.positions.slice(0, 9), packed.positions.slice(9, 18)];
  assert.deepEqual([...time], [101, 109, 105, 0, 102, 103, 104, 106, 0]);
  assert.deepEqual([...height], [201, 209, 205, 0, 202, 203, 204, 206, 0]);
  tf.dispose(packed.layout as unknown as tf.TensorContainer);
  assert.equal(tf.memory().numTensors, before);
});

Deno.test("packPrefixes() says which heads stand where", () => {
  const { layout } = packPrefixes(rows, IMAGE, { heads: 2, kvHeads: 1 });
  // Heads 0 and 1 of token t are 2t and 2t + 1; token 3 and 8 are of no sequence.
  assert.deepEqual(layout.promptQueries.arraySync(), [[0, 2, 1, 3], [4, 6, 5, 7]]);
  assert.deepEqual(layout.promptKeys.arraySync(), [[0, 1], [2, 3]]);
  assert.deepEqual(layout.blockQueries.arraySync(), [
    [8, 10, 9, 11],
    [12, 16, 13, 17],
    [14, 16, 15, 17],
    [16, 16, 17, 17], // the second row has one block
  ]);
  assert.deepEqual(layout.blockKeys.arraySync(), [
    [0, 1, 4, 5],
    [0, 1, 6, 8],
    [2, 3, 7, 8],
    [2, 3, 8, 8],
  ]);
  const seen = tf.tidy(() => layout.blockMask.equal(0).toInt().squeeze([1]).arraySync());
  assert.deepEqual(seen, [
    [[1, 1, 1, 0], [1, 1, 1, 1]],
    [[1, 0, 1, 0], [1, 0, 1, 1]], // the second prompt has one token
  ]);
  tf.dispose(layout as unknown as tf.TensorContainer);
});

Deno.test("a place leads back to its token", () => {
  const packed = packPrefixes(rows, IMAGE, { heads: 2, kvHeads: 2 });
  const { layout, tokenIds } = packed;
  const queries = [
    ...layout.promptQueries.dataSync(),
    ...layout.blockQueries.dataSync(),
  ];
  const [, own] = tf.split(layout.blockKeys, 2, 1);
  const keys = [...layout.promptKeys.dataSync(), ...own!.dataSync()];
  for (
    const [heads, places] of [[queries, layout.queryPlaces], [
      keys,
      layout.keyPlaces,
    ]] as const
  ) {
    const tokens = [...places.dataSync()].map((place) => Math.floor(heads[place]! / 2));
    assert.deepEqual(tokens, [...tokenIds.keys()].flatMap((token) => [token, token]));
    // Heads of a token that fills up are all alike.
    const ofSequences = [...places.dataSync()].filter((_, head) =>
      ![3, 8].includes(Math.floor(head / 2))
    );
    assert.equal(new Set(ofSequences).size, 14);
  }
  own!.dispose();
  tf.dispose(layout as unknown as tf.TensorContainer);
});

Deno.test("completions of very different lengths cost their sum", () => {
  const long = segment(...Array<number>(500).fill(1));
  const short = Array.from({ length: 7 }, () => segment(1, 2, 3, 4, 5));
  const { tokenIds, layout } = packPrefixes(
    [{ prefix: segment(1, 2), blocks: [long, ...short] }],
    IMAGE,
    { heads: 1, kvHeads: 1 },
  );
  assert.equal(tokenIds.length, 2 + 500 + 35 + 1);
  tf.dispose(layout as unknown as tf.TensorContainer);
});

Deno.test("an engine that compiles nothing gets sizes as they are", () => {
  assert.deepEqual([1, 7, 65, 1000].map((size) => rounded(size, 4)), [1, 7, 65, 1000]);
});
