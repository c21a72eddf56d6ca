import type { RunParts } from "../run/run_parts.ts";

/** What a caller of `train` and `fineTune` may replace or add; a part left out is the usual one. */
export interface TrainParts extends RunParts {
  /** Receives the address of the live page, before the run starts; with the setting `watch`. */
  readonly onWatch?: (url: string) => void;
}
