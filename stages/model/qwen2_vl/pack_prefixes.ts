import * as tf from "npm:@tensorflow/tfjs@4.22.0";
import { padded } from "../../engine/compiled/compiled.ts";
import type { PrefixLayout } from "../ops/prefix_attention.ts";
import type { SharedRow } from "./segments.ts";
import { MASKED } from "./text.ts";

/** Prompts and their blocks without gaps: all prompts, then all blocks. */
export interface PackedPrefixes {
  /** [tokens]; 0 where filled up. */
  readonly tokenIds: Int32Array;
  /** M-RoPE positions, [3 · tokens]. */
  readonly positions: Int32Array;
  /** Index of each image token, in the order of the vision features. */
  readonly imageSlots: Int32Array;
  /** Index of the first token of the first block. */
  readonly blocksStart: number;
  readonly layout: PrefixLayout;
}

/**
 * Packs tokens for {@linkcode prefixAttention}: linear layers see each token once, and completions
 * of 5 and 500 tokens cost 505, whatever their prompt. On an engine that compiles, sizes are
 * rounded up, so that few shapes occur.
 *
 * The caller disposes of the layout's tensors.
 *
 * @param rows All prefixes and blocks together must hold a token.
 * @param imageToken Id of the tokens that stand for vision features.
 */
export function packPrefixes(
  rows: readonly SharedRow[],
  imageToken: number,
  { heads, kvHeads }: { readonly heads: number; readonly kvHeads: number },
): PackedPrefixes {
  const prompts = section(rows.map(({ prefix }) => prefix.tokenIds.length), 0);
  const completions = Math.max(1, ...rows.map(({ blocks }) => blocks.length));
  const blockLengths = rows.flatMap(({ blocks }) =>
    Array.from({ length: completions }, (_, i) => blocks[i]?.tokenIds.length ?? 0)
  );
  const blocks = section(blockLengths, prompts.size);
  const n = prompts.size + blocks.size;

  const tokenIds = new Int32Array(n), positions = new Int32Array(3 * n);
  const imageSlots: number[] = [];
  const segments = [
    ...rows.map(({ prefix }) => prefix),
    ...rows.flatMap((row) =>
      Array.from({ length: completions }, (_, i) => row.blocks[i])
    ),
  ];
  const starts = [...prompts.starts, ...blocks.starts];
  segments.forEach((segment, i) => {
    const size = segment?.tokenIds.length ?? 0;
    for (let j = 0; j < size; j++) {
      const at = starts[i]! + j, id = segment!.tokenIds[j]!;
      tokenIds[at] = id;
      if (id === imageToken) imageSlots.push(at);
      for (let axis = 0; axis < 3; axis++) {
        positions[axis * n + at] = segment!.positions[axis * size + j]!;
      }
    }
  });
  return {
    tokenIds,
    positions,
    imageSlots: Int32Array.from(imageSlots),
    blocksStart: prompts.size,
    layout: layoutOf(prompts, blocks, completions, heads, kvHeads),
  };
}

/** Sequences one after another, and the place that they have in a batch of equal lengths. */
interface Section {
  readonly start: number;
  /** Behind the last sequence. */
  readonly end: number;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  /** Of the longest, rounded up. */
  readonly length: number;
  /** All tokens, rounded up; never more than the batch has places. */
  readonly size: number;
  /** Token of a place in the batch; a place behind a sequence's end holds a token of no sequence. */
  token(sequence: number, i: number): number;
}

function section(lengths: readonly number[], start: number): Section {
  const length = rounded(Math.max(1, ...lengths), 4);
  const sum = lengths.reduce((a, b) => a + b, 0), places = length * lengths.length;
  // If a place is left over, it takes a token of no sequence to fill it.
  const size = Math.min(places, rounded(sum < places ? sum + 1 : sum, 8));
  let end = start;
  const starts = lengths.map((length) => (end += length) - length);
  return {
    start,
    end,
    starts,
    lengths,
    length,
    size,
    token: (sequence, i) => i < lengths[sequence]! ? starts[sequence]! + i : end,
  };
}

/**
 * A size rounded up to a multiple of 8 or, from 8 · `share` on, by less than 1 / `share` of it: on an
 * engine that compiles, else as it is.
 */
export function rounded(size: number, share: number): number {
  return padded(size, Math.max(8, 2 ** Math.floor(Math.log2(size)) / share));
}

function layoutOf(
  prompts: Section,
  blocks: Section,
  completions: number,
  heads: number,
  kvHeads: number,
): PrefixLayout {
  const n = prompts.size + blocks.size, share = heads / kvHeads;
  const rows = prompts.lengths.length, batch = rows * kvHeads;
  const queryPlaces = new Int32Array(n * heads), keyPlaces = new Int32Array(n * kvHeads);
  let placesOfQueries = 0, placesOfKeys = 0;

  /** Query heads of a section's sequences, those of one key head together. */
  const queriesOf = (section: Section, perRow: number) => {
    const { length } = section;
    const queries = new Int32Array(batch * perRow * share * length);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < kvHeads; head++) {
        for (let i = 0; i < perRow; i++) {
          for (let shared = 0; shared < share; shared++) {
            for (let j = 0; j < length; j++) {
              const token = section.token(row * perRow + i, j);
              const query = token * heads + head * share + shared;
              queries[at++] = query;
              queryPlaces[query] = placesOfQueries++;
            }
          }
        }
      }
    }
    return tf.tensor2d(queries, [batch * perRow, share * length], "int32");
  };
  /** Key heads of the sequences, behind those of a prompt if there is one. */
  const keysOf = (section: Section, perRow: number, prefix?: Section) => {
    const shared = prefix?.length ?? 0, length = shared + section.length;
    const keys = new Int32Array(batch * perRow * length);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      for (let head = 0; head < kvHeads; head++) {
        for (let i = 0; i < perRow; i++) {
          for (let j = 0; j < shared; j++) {
            keys[at++] = prefix!.token(row, j) * kvHeads + head;
          }
          for (let j = 0; j < section.length; j++) {
            const key = section.token(row * perRow + i, j) * kvHeads + head;
            keys[at++] = key;
            keyPlaces[key] = placesOfKeys++;
          }
        }
      }
    }
    return tf.tensor2d(keys, [batch * perRow, length], "int32");
  };

  const promptQueries = queriesOf(prompts, 1), promptKeys = keysOf(prompts, 1);
  const blockQueries = queriesOf(blocks, completions);
  const blockKeys = keysOf(blocks, completions, prompts);
  for (const { end, start, size } of [prompts, blocks]) {
    const stop = start + size;
    // Tokens of no sequence share a place at which every gradient is 0.
    queryPlaces.fill(queryPlaces[end * heads] ?? 0, end * heads, stop * heads);
    keyPlaces.fill(keyPlaces[end * kvHeads] ?? 0, end * kvHeads, stop * kvHeads);
  }
  return {
    promptQueries,
    promptKeys,
    promptMask: tf.tensor3d(maskOf([0], 0, prompts.length), [
      1,
      prompts.length,
      prompts.length,
    ]),
    blockQueries,
    blockKeys,
    blockMask: tf.tensor4d(maskOf(prompts.lengths, prompts.length, blocks.length), [
      rows,
      1,
      blocks.length,
      prompts.length + blocks.length,
    ]),
    queryPlaces: tf.tensor1d(queryPlaces, "int32"),
    keyPlaces: tf.tensor1d(keyPlaces, "int32"),
  };
}

/** For each row, `length` queries: the row's keys of `shared` before, and causally their own. */
function maskOf(seen: readonly number[], shared: number, length: number): Float32Array {
  const keys = shared + length;
  const mask = new Float32Array(seen.length * length * keys).fill(MASKED);
  seen.forEach((visible, row) => {
    for (let i = 0; i < length; i++) {
      const line = (row * length + i) * keys;
      mask.fill(0, line, line + visible);
      mask.fill(0, line + shared, line + shared + i + 1);
    }
  });
  return mask;
}
