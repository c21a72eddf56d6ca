import { heaviest } from "./heaviest.ts";

/** How one token is drawn from logits. */
export interface TokenSampling {
  /** Divides the logits; 0 takes the likeliest token. */
  readonly temperature: number;
  /** Keep the k likeliest tokens; 0 keeps all. */
  readonly topK: number;
  /** Keep the smallest set of likeliest tokens whose probability reaches this; 1 keeps all. */
  readonly topP: number;
}

/** A drawn token and its log-probability (nats) before top-k and top-p cut the others off. */
export interface SampledToken {
  readonly token: number;
  readonly logProb: number;
}

/**
 * Draws a token by inverting the cumulative distribution at a uniform number: equal
 * numbers give equal tokens, in any batch.
 *
 * @param logits One row; −∞ for tokens that may not be drawn.
 * @param u In [0, 1).
 * @throws {RangeError} If no logit is finite.
 *
 * @example
 * ```ts
 * import { sampleToken } from "./sample_token.ts";
 *
 * const all = { temperature: 1, topK: 0, topP: 1 };
 * sampleToken(Float32Array.of(0, 0), all, 0.75); // { token: 1, logProb: -0.693… }
 * ```
 */
export function sampleToken(
  logits: Float32Array,
  { temperature, topK, topP }: TokenSampling,
  u: number,
): SampledToken {
  const best = likeliest(logits);
  const scale = temperature > 0 ? 1 / temperature : 1;
  const top = logits[best]!;
  if (scratch.length < logits.length) scratch = new Float64Array(logits.length);
  const weights = scratch.subarray(0, logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    total += weights[i] = Math.exp((logits[i]! - top) * scale);
  }
  const logProb = (token: number) => (logits[token]! - top) * scale - Math.log(total);
  if (temperature <= 0) return { token: best, logProb: logProb(best) };

  const kept = candidates(weights, total, topK, topP);
  const mass = kept === undefined ? total : massOf(weights, kept);
  let left = u * mass;
  let last = best;
  for (let i = 0; i < (kept?.length ?? weights.length); i++) {
    const token = kept === undefined ? i : kept[i]!;
    if (weights[token] === 0) continue;
    last = token;
    left -= weights[token]!;
    if (left < 0) break;
  }
  return { token: last, logProb: logProb(last) };
}

/** Room for weights, as large as the largest vocabulary so far. */
let scratch = new Float64Array();

function likeliest(logits: Float32Array): number {
  let best = -1;
  for (let i = 0; i < logits.length; i++) {
    if (best < 0 ? logits[i]! > -Infinity : logits[i]! > logits[best]!) best = i;
  }
  if (best < 0 || !Number.isFinite(logits[best]!)) {
    throw new RangeError(
      `The model's logits are not finite (best ${logits[best]}): lower the learning rate`,
    );
  }
  return best;
}

/** Tokens that top-p takes at first; if they do not suffice, four times as many, and so on. */
const FEW = 64;

/** Tokens that top-k and top-p leave, likeliest first; undefined if they leave all. */
function candidates(
  weights: Float64Array,
  total: number,
  topK: number,
  topP: number,
): Int32Array | undefined {
  if (topK <= 0 && topP >= 1) return undefined;
  if (topK > 0) {
    const first = heaviest(weights, topK);
    // As in the reference implementations, top-p applies to what top-k leaves.
    return topP >= 1
      ? first
      : upTo(weights, first, topP * massOf(weights, first)) ?? first;
  }
  for (let k = FEW;; k *= 4) {
    const first = heaviest(weights, k);
    const kept = upTo(weights, first, topP * total);
    if (kept !== undefined) return kept;
    if (k >= weights.length) return first;
  }
}

/** The first tokens whose weights add up to `mass`; undefined if all of them do not. */
function upTo(
  weights: Float64Array,
  tokens: Int32Array,
  mass: number,
): Int32Array | undefined {
  let reached = 0;
  const cut = tokens.findIndex((token) => (reached += weights[token]!) >= mass);
  return cut < 0 ? undefined : tokens.subarray(0, cut + 1);
}

function massOf(weights: Float64Array, tokens: Int32Array): number {
  return tokens.reduce((sum, token) => sum + weights[token]!, 0);
}
