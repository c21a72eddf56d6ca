/**
 * Random numbers without state: a hash of integers, so that a draw depends on its key alone
 * and never on what was drawn before it, on batch shape, backend or worker.
 *
 * The hash is MurmurHash3's 32-bit mix on two lanes that feed one another after each word.
 * It is for simulation, not for secrets.
 *
 * @module
 */

/**
 * A key's hash: an integer in [0, 2^53), with 53 bits that all depend on every word.
 *
 * Keys of different lengths differ: `hash(1)` is not `hash(1, 0)`.
 *
 * @param key Safe integers of either sign.
 * @throws {RangeError} If a word is not a safe integer.
 *
 * @example A seed for one purpose, made from the run's seed
 * ```ts
 * import { hash, hashText } from "./random.ts";
 *
 * const seed = hash(42, hashText("scenes"));
 * ```
 */
export function hash(...key: readonly number[]): number {
  const [a, b] = mixKey(key);
  return (a >>> 5) * 0x4000000 + (b >>> 6);
}

/**
 * A text's hash: an integer in [0, 2^53), for use as a word of a key.
 *
 * Texts are taken as UTF-16 code units, unnormalised.
 */
export function hashText(text: string): number {
  let a = 0x2545f491, b = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0xcc9e2d51);
    b = Math.imul(b + text.charCodeAt(i), 0x1b873593) ^ (a >>> 15);
  }
  return hash(a, b, text.length);
}

/**
 * A uniform number in [0, 1), a pure function of its key.
 *
 * @param key Safe integers; by custom the seed first, then what tells one draw from another.
 * @throws {RangeError} If a word is not a safe integer.
 *
 * @example The draw of one token
 * ```ts
 * import { uniform } from "./random.ts";
 *
 * const [seed, step, question, completion, position] = [42, 7, 0, 3, 12];
 * uniform(seed, step, question, completion, position); // the same at every call
 * ```
 */
export function uniform(...key: readonly number[]): number {
  return hash(...key) / 2 ** 53;
}

/**
 * A quick sequence of uniform numbers in [0, 1) with 32 bits each, started by a key (sfc32).
 *
 * @throws {RangeError} If a word of the key is not a safe integer.
 *
 * @example
 * ```ts
 * import { stream } from "./random.ts";
 *
 * const next = stream(42, 7);
 * const x = next(), y = next();
 * ```
 */
export function stream(...key: readonly number[]): () => number {
  let [a, b] = mixKey(key);
  let c = 0x9e3779b9, counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 0x100000000;
  };
  for (let i = 0; i < 12; i++) next(); // sfc32 needs some rounds to leave its start
  return next;
}

/**
 * The integers 0 … size − 1 in an order drawn by a key: every order is equally likely as far
 * as the generator goes (Fisher and Yates).
 *
 * @throws {RangeError} If `size` is not an integer in [0, 2^32), or a word of the key is
 * not a safe integer.
 */
export function permutation(size: number, ...key: readonly number[]): Uint32Array {
  if (!Number.isInteger(size) || size < 0 || size >= 2 ** 32) {
    throw new RangeError(`The size of a permutation is a count, not ${size}`);
  }
  const next = stream(size, ...key);
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const swapped = order[i]!;
    order[i] = order[j]!;
    order[j] = swapped;
  }
  return order;
}

function mixKey(key: readonly number[]): [number, number] {
  let a = 0x243f6a88, b = 0x85a308d3; // digits of pi
  for (const word of key) {
    if (!Number.isSafeInteger(word)) {
      throw new RangeError(`A word of a random key is a safe integer, not ${word}`);
    }
    const low = word | 0; // ToInt32 takes the lowest 32 bits of any safe integer
    const high = Math.floor(word / 0x100000000) | 0;
    a = absorb(a ^ b, low);
    b = absorb((b + a) | 0, high);
  }
  a = finish(a ^ key.length);
  b = finish((b + a) | 0);
  a = finish((a + b) | 0);
  return [a, b];
}

function absorb(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = state ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(state: number): number {
  let h = state;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
