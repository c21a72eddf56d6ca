import type { RunParts } from "../run/run_parts.ts";
import type { Settings } from "../settings/settings.ts";

/** What a caller of `train` and `fineTune` may replace or add; a part left out is the usual one. */
export interface TrainParts extends RunParts {
  /**
   * Receives the run's settings, those of a resumed run included, before anything else is
   * opened. The run waits for it.
   */
  readonly onSettings?: (settings: Settings) => void | Promise<void>;
  /** Receives the address of the live page, before the run starts; with the setting `watch`. */
  readonly onWatch?: (url: string) => void;
}
