import { quoted } from "../../data/short_text.ts";
/** An option `probe`, taken apart. */
export interface ProbeSpec {
  /** Names the probe's evaluations. */
  readonly split: string;
  /** The data that it asks. */
  readonly spec: string;
}

/**
 * Reads `NAME=DATA` of the option `probe`.
 *
 * @throws {TypeError} If it does not have that form.
 */
export function parseProbe(text: string): ProbeSpec {
  const [, split, spec] = /^([^=:,]+)=(.+)$/s.exec(text) ?? [];
  if (split !== undefined && spec !== undefined) return { split, spec };
  throw new TypeError(
    `probe must be NAME=DATA, as in known=emoji:detection: it is ${quoted(text)}`,
  );
}
