import { type Block, TOKEN_KINDS } from "./block.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** Added to the score of what a query may not see. */
const MASKED = -1e9;

/** Rows of tokens with their targets, as plain arrays that can be sent between threads. */
export interface PackedBlocks {
  readonly rows: number;
  readonly length: number;
  /** [rows · length] */
  readonly tokenIds: Int32Array;
  /** M-RoPE positions, [3 · rows · length]. */
  readonly positions: Int32Array;
  /** [rows · length · length]: 0 where the query may look, very negative elsewhere. */
  readonly mask: Float32Array;
  /** Flat index of each visual token. */
  readonly imageSlots: Int32Array;
  /** Flat index of each place whose next token is learnt: first those after images. */
  readonly learntSlots: Int32Array;
  /** How many of `learntSlots` lie in blocks that follow an image. */
  readonly learntAfterPictures: number;
  /** Distributions over the next token, [learnt · vocabulary]. */
  readonly targets: Float32Array;
  /** [learnt] */
  readonly weights: Float32Array;
  /** Index into `TOKEN_KINDS`, [learnt]. */
  readonly kinds: Uint8Array;
}

/**
 * Packs one row an image: the image's prefix, then blocks that see the prefix and
 * themselves alone, each at the positions it would have if it were the only one. So several
 * questions share the price of one image. Loose blocks, without an image, fill what is left
 * of the rows, as long as they fit, at no cost; they see themselves alone, at the same positions.
 *
 * @param pictures The blocks of each image.
 * @param loose Blocks that follow no image.
 * @param side Visual tokens along each side of an image.
 */
export function packBlocks(
  pictures: readonly (readonly Block[])[],
  loose: readonly Block[],
  side: number,
  vocabulary: Vocabulary,
): PackedBlocks {
  const prefix = side * side + 2;
  const size = (blocks: readonly Block[]) =>
    blocks.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const filled = pictures.map((blocks) => prefix + size(blocks));
  const length = Math.max(...filled);
  const looseRows: Block[][] = pictures.map(() => []);
  for (const block of loose) {
    const row = filled.findIndex((used) => used + block.tokens.length <= length);
    if (row < 0) continue;
    looseRows[row]!.push(block);
    filled[row]! += block.tokens.length;
  }

  const rows = pictures.length;
  const tokenIds = new Int32Array(rows * length).fill(vocabulary.id("<|endoftext|>"));
  const positions = new Int32Array(3 * rows * length);
  const mask = new Float32Array(rows * length * length).fill(MASKED);
  const imageSlots: number[] = [];
  const learnt: { slot: number; loose: boolean; block: Block; index: number }[] = [];

  const place = (row: number, at: number, token: number, position: readonly number[]) => {
    tokenIds[row * length + at] = token;
    position.forEach((p, axis) => positions[(axis * rows + row) * length + at] = p);
  };
  const look = (row: number, query: number, from: number, to: number) => {
    const start = (row * length + query) * length;
    mask.fill(0, start + from, start + to);
  };

  for (let row = 0; row < rows; row++) {
    let at = 0;
    place(row, at++, vocabulary.id("<|vision_start|>"), [0, 0, 0]);
    for (let cell = 0; cell < side * side; cell++) {
      imageSlots.push(row * length + at);
      const y = Math.floor(cell / side), x = cell % side;
      place(row, at++, vocabulary.id("<|image_pad|>"), [1, 1 + y, 1 + x]);
    }
    place(row, at++, vocabulary.id("<|vision_end|>"), Array(3).fill(1 + side));
    for (let query = 0; query < prefix; query++) look(row, query, 0, query + 1);
    const blocks = [
      ...pictures[row]!.map((block) => ({ block, loose: false })),
      ...looseRows[row]!.map((block) => ({ block, loose: true })),
    ];
    for (const { block, loose } of blocks) {
      const start = at;
      block.tokens.forEach((token, index) => {
        place(row, at, token, Array(3).fill(2 + side + index));
        if (!loose) look(row, at, 0, prefix);
        look(row, at, start, at + 1);
        if (block.targets[index] !== undefined) {
          learnt.push({ slot: row * length + at - 1, loose, block, index });
        }
        at++;
      });
    }
    for (; at < length; at++) look(row, at, at, at + 1); // padding: a softmax needs one key
  }

  learnt.sort((a, b) => Number(a.loose) - Number(b.loose) || a.slot - b.slot);
  const targets = new Float32Array(learnt.length * vocabulary.size);
  learnt.forEach(({ block, index }, i) => {
    for (const [token, share] of block.targets[index]!.target) {
      targets[i * vocabulary.size + token] = share;
    }
  });
  const target = ({ block, index }: typeof learnt[number]) => block.targets[index]!;
  return {
    rows,
    length,
    tokenIds,
    positions,
    mask,
    imageSlots: Int32Array.from(imageSlots),
    learntSlots: Int32Array.from(learnt, ({ slot }) => slot),
    learntAfterPictures: learnt.filter(({ loose }) => !loose).length,
    targets,
    weights: Float32Array.from(learnt, (l) => target(l).weight),
    kinds: Uint8Array.from(learnt, (l) => TOKEN_KINDS.indexOf(target(l).kind)),
  };
}
