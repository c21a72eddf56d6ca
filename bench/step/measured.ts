import { fileURLToPath } from "node:url";
import type { SettingsInput } from "../../pipeline/settings/settings.ts";
import type { Engine } from "../installed_engines.ts";
import type { Flops, Trained } from "./flops.ts";
import type { MatmulRate } from "./matmul_rate.ts";
import type { Spent } from "./phase_clock.ts";

/** What is measured of a shape. */
export interface MeasureOptions {
  readonly engine: Engine;
  /** Steps that count. */
  readonly steps: number;
  /** Steps before them: an engine compiles in the first ones. */
  readonly warmUp: number;
  /** Measure an evaluation too. */
  readonly evaluate: boolean;
  /** Other settings of the run. */
  readonly settings?: SettingsInput;
}

/** What was measured, the same of every step that counts. */
export interface Measured {
  readonly shape: string;
  /** One line on the engine. */
  readonly engine: string;
  /** Of the model, adapters left out. */
  readonly parameters: number;
  readonly trained: Trained;
  /** Floating-point operations of each phase: see `stepFlops`. */
  readonly flops: Flops;
  readonly rate: MatmulRate;
  readonly load: Spent;
  /** Every step with its phases in order, those of the warm-up first. */
  readonly steps: readonly (readonly (readonly [string, Spent])[])[];
  readonly warmUp: number;
  /** Tokens that all completions of a step have together. */
  readonly tokens: number;
  /** The same for questions of which each has one greedy answer. */
  readonly evaluation?: Spent & { readonly questions: number };
  /** Bytes resident at most in the whole process, by part. */
  readonly peak: {
    readonly load: number;
    readonly rollout: number;
    readonly update: number;
  };
  /** Of the last minute, at the end. */
  readonly loadAverage: number;
}

const PROGRAM = fileURLToPath(new URL("measure.ts", import.meta.url));

/**
 * Measures a shape in a process of its own: memory is that of nothing else.
 *
 * @param folder From `writeShapeFolder`.
 * @throws {Error} If the process fails; what it had to say is on standard error.
 */
export async function measureShape(
  folder: string,
  shape: string,
  options: MeasureOptions,
): Promise<Measured> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "-A", PROGRAM, folder, shape, JSON.stringify(options)],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Shape ${shape} could not be measured`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
