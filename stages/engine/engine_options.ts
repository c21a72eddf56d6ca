/**
 * How matrix products are computed: in 32-bit floats, or with both operands and the result
 * rounded to bfloat16 (8 significant bits, the range of 32-bit floats) and sums in 32 bits.
 * Everything else, the weights that learn among it, has 32 bits.
 */
export type Precision = "f32" | "bf16";

/** How the native engine computes. */
export interface EngineOptions {
  /** Of matrix products. Default: "f32". */
  readonly precision: Precision;
  /**
   * Compile decoding and AdamW with XLA, which makes one loop of many small operations.
   * Default: false, since compiling takes seconds for every shape: see docs/decisions.md.
   */
  readonly xla: boolean;
}

let current: EngineOptions = { precision: "f32", xla: false };

/** The options of the running engine; set by `startBackend`. */
export function engineOptions(): EngineOptions {
  return current;
}

/** Sets {@linkcode engineOptions}: once, before the first product of a run. */
export function setEngineOptions(
  { precision = "f32", xla = false }: Partial<EngineOptions>,
): void {
  current = { precision, xla };
}
