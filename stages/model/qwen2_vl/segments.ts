/** Tokens in a row, with their M-RoPE positions. */
export interface Segment {
  readonly tokenIds: readonly number[];
  /** [3 · tokens]: time, height, width. */
  readonly positions: Int32Array;
}

/** A prefix that several blocks share: each block sees the prefix and itself, causally. */
export interface SharedRow {
  readonly prefix: Segment;
  readonly blocks: readonly Segment[];
}

/** Text that starts at `position`: all three axes count up together. */
export function textSegment(tokenIds: readonly number[], position: number): Segment {
  const size = tokenIds.length;
  return {
    tokenIds,
    positions: Int32Array.from({ length: 3 * size }, (_, i) => position + i % size),
  };
}
