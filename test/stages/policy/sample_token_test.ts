import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type SampledToken,
  sampleToken,
  type TokenSampling,
} from "../../../stages/policy/sample_token.ts";

const ALL = { temperature: 1, topK: 0, topP: 1 };

/** The definition: all tokens in order of their weights, cut off by top-k and then by top-p. */
function defined(
  logits: Float32Array,
  { temperature, topK, topP }: TokenSampling,
  u: number,
): SampledToken {
  const best = logits.reduce((best, x, i) => x > logits[best]! ? i : best, 0);
  const scale = temperature > 0 ? 1 / temperature : 1;
  const weights = Array.from(logits, (x) => Math.exp((x - logits[best]!) * scale));
  const sum = (tokens: readonly number[]) =>
    tokens.reduce((sum, token) => sum + weights[token]!, 0);
  const all = [...weights.keys()];
  const total = sum(all);
  const drawn = (token: number) => ({
    token,
    logProb: (logits[token]! - logits[best]!) * scale - Math.log(total),
  });
  if (temperature <= 0) return drawn(best);
  let kept = all;
  if (topK > 0 || topP < 1) {
    kept = all.toSorted((a, b) => weights[b]! - weights[a]! || a - b);
    if (topK > 0) kept = kept.slice(0, topK);
    const mass = topK > 0 ? sum(kept) : total;
    let reached = 0;
    const cut = topP >= 1
      ? -1
      : kept.findIndex((token) => (reached += weights[token]!) >= topP * mass);
    if (cut >= 0) kept = kept.slice(0, cut + 1);
  }
  const possible = kept.filter((token) => weights[token]! > 0);
  let left = u * sum(kept);
  return drawn(
    possible.find((token) => (left -= weights[token]!) < 0) ?? possible.at(-1)!,
  );
}

Deno.test("sampleToken() inverts the cumulative distribution", () => {
  const logits = Float32Array.from([0.1, 0.2, 0.3, 0.4], Math.log);
  const token = (sampling: TokenSampling, u: number) =>
    sampleToken(logits, sampling, u).token;
  assert.deepEqual([0.05, 0.15, 0.35, 0.7].map((u) => token(ALL, u)), [0, 1, 2, 3]);
  // The likeliest first: 0.4, 0.3 of 0.7, or 0.4, 0.3, 0.2 of 0.9.
  assert.deepEqual([0.5, 0.6].map((u) => token({ ...ALL, topK: 2 }, u)), [3, 2]);
  assert.deepEqual([0.5, 0.8].map((u) => token({ ...ALL, topP: 0.8 }, u)), [2, 1]);
  assert.equal(token({ ...ALL, temperature: 0 }, 0), 3);
});

Deno.test("sampleToken() states the log-probability before tokens are cut off", () => {
  const logits = Float32Array.from([0.25, 0.75], Math.log);
  const { logProb } = sampleToken(logits, { ...ALL, topK: 1 }, 0.5);
  assert.ok(Math.abs(logProb - Math.log(0.75)) < 1e-7);
});

Deno.test("sampleToken() draws what the definition draws, with many equal logits too", () => {
  // Vocabularies longer and shorter than the last one, and than the first tokens of top-p.
  const row = fc.tuple(
    fc.integer({ min: 1, max: 400 }),
    fc.integer({ min: 1, max: 12 }),
    fc.double({ min: 0.01, max: 8, noNaN: true }),
    fc.integer(),
  ).map(([size, values, spread, seed]) =>
    Float32Array.from({ length: size }, (_, i) => {
      const hash = Math.abs(Math.imul(i + 1, 0x9e3779b1) ^ seed) % (97 * values);
      return hash % 11 === 0 && i > 0 ? -Infinity : spread * (hash % values);
    })
  );
  const sampling = fc.record({
    temperature: fc.constantFrom(0, 0.3, 1, 2),
    topK: fc.constantFrom(0, 0, 1, 5, 50, 1000),
    topP: fc.constantFrom(1, 1, 0.1, 0.5, 0.9, 0.999),
  });
  const u = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(row, sampling, u, (logits, sampling, u) => {
      assert.deepEqual(sampleToken(logits, sampling, u), defined(logits, sampling, u));
    }),
    { numRuns: 500 },
  );
});

Deno.test("sampleToken() refuses logits that are not finite", () => {
  const none = new Float32Array(3).fill(-Infinity);
  assert.throws(() => sampleToken(none, ALL, 0.5), /not finite/);
  assert.throws(() => sampleToken(Float32Array.of(0, Infinity), ALL, 0.5), /not finite/);
});
