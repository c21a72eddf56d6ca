/**
 * How matrix products are computed: in 32-bit floats, or with both operands and the result
 * rounded to bfloat16 (8 significant bits, the range of 32-bit floats) and sums in 32 bits.
 * Everything else, the weights that learn among it, has 32 bits.
 */
export type Precision = "f32" | "bf16";

let current: Precision = "f32";

/** The precision of products of the running engine; set by `startBackend`. */
export function precision(): Precision {
  return current;
}

/** Sets {@linkcode precision}: once, before the first product of a run. */
export function setPrecision(precision: Precision): void {
  current = precision;
}
