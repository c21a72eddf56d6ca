import {
  CONFIDENCES,
  COORDINATE_STEP,
  COORDINATES,
  type Vocabulary,
} from "./vocabulary.ts";

/** Deviation of the Gaussian around a true coordinate, in steps between coordinate tokens. */
const SIGMA = 1.5;

/** Token ids that have a meaning to the losses, looked up once. */
export interface TokenKinds {
  /** Coordinates that open a box, ascending. */
  readonly first: readonly number[];
  /** Coordinates that follow a comma, ascending. */
  readonly further: readonly number[];
  readonly confidences: readonly number[];
  /** What a detection answer may begin with: a box, or 'No Objects'. */
  readonly presence: readonly number[];
}

/** Looks the kinds up in a vocabulary. */
export function tokenKinds({ id }: Vocabulary): TokenKinds {
  return {
    first: COORDINATES.map((value) => id(String(value))),
    further: COORDINATES.map((value) => id(`, ${value}`)),
    confidences: CONFIDENCES.map(id),
    presence: [id("[{'Position': ["), id("No Objects")],
  };
}

/** A distribution over a few tokens. */
export type SoftTarget = ReadonlyMap<number, number>;

/**
 * Gaussian over the coordinate tokens around a true coordinate, cut at three deviations.
 *
 * Neighbouring coordinates are nearly as right as the nearest: hard targets would have to
 * learn that from the errors.
 *
 * @param tokens Ids of the coordinates 0, 10, …, 1000 of one kind.
 * @param coordinate In the frame 0–1000, not rounded.
 * @returns Shares that sum to 1.
 */
export function coordinateTarget(
  tokens: readonly number[],
  coordinate: number,
): SoftTarget {
  const centre = coordinate / COORDINATE_STEP;
  const reach = 3 * SIGMA;
  const from = Math.max(0, Math.ceil(centre - reach));
  const to = Math.min(tokens.length - 1, Math.floor(centre + reach));
  const shares: [number, number][] = [];
  for (let i = from; i <= to; i++) {
    shares.push([tokens[i]!, Math.exp(-(((i - centre) / SIGMA) ** 2) / 2)]);
  }
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  return new Map(shares.map(([token, share]) => [token, share / total]));
}

/** Equal shares: what is learnt of a number that nothing determines. */
export function uniformTarget(tokens: readonly number[]): SoftTarget {
  return new Map(tokens.map((token) => [token, 1 / tokens.length]));
}
