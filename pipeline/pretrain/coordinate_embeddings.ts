import { stream } from "../../data/random.ts";
import { COORDINATES } from "./vocabulary.ts";
import type { TokenKinds } from "./token_targets.ts";

/** Deviation of fresh embeddings. */
const DEVIATION = 0.02;

/**
 * Writes Fourier features of their values into the embeddings of the coordinate tokens, so
 * that neighbours are alike from the start: dimension pairs hold sin and cos of half a turn to
 * about sixteen turns over the frame. Both kinds of a coordinate share the features and differ
 * by one random vector each.
 *
 * @param embeddings [vocabulary, width], row by row; changed in place.
 */
export function initialiseCoordinates(
  embeddings: Float32Array,
  width: number,
  kinds: TokenKinds,
  seed: number,
): void {
  const pairs = Math.floor(width / 2);
  [kinds.first, kinds.further].forEach((tokens, kind) => {
    const next = stream(seed, kind);
    const own = Array.from({ length: width }, () => DEVIATION * (2 * next() - 1));
    tokens.forEach((token, i) => {
      const value = COORDINATES[i]! / 1000;
      for (let d = 0; d < width; d++) {
        const turns = 0.5 * 32 ** (Math.floor(d / 2) / (pairs - 1));
        const angle = 2 * Math.PI * turns * value + (d % 2) * Math.PI / 2;
        embeddings[token * width + d] = DEVIATION * Math.SQRT2 * Math.sin(angle) +
          own[d]!;
      }
    });
  });
}
