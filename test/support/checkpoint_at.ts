import { join } from "node:path";
import type { Checkpoint } from "../../pipeline/checkpoint/checkpoint.ts";
import { NO_LINES } from "../../data/files/json_lines.ts";
import { resolveSettings } from "../../pipeline/settings/settings.ts";

const HASH = "0123456789abcdef".repeat(4);

/** A checkpoint of a step; `accuracy`, if given, is that of the evaluation after it. */
export function checkpointAt(step: number, accuracy?: number): Checkpoint {
  return {
    task: "train",
    settings: resolveSettings({ steps: 9, rewardWeights: { format: 2 } }),
    made: { version: "1.2.3", data: { train: HASH, heldOut: HASH }, rewards: {} },
    progress: {
      step,
      evaluated: accuracy !== undefined,
      numTokens: 12,
      seconds: 1.5,
      before: { accuracy: 0.25 },
      latest: accuracy === undefined ? {} : { accuracy },
      alarms: { first: [{ kl: 1 }], last: [] },
      probed: [],
      skippedInARow: 0,
      lines: { metrics: NO_LINES, completions: NO_LINES, answers: NO_LINES },
    },
  };
}

/** Writes a policy's state of one small file. */
export function stateOf(text: string): (folder: string) => Promise<void> {
  return (folder) => Deno.writeTextFile(join(folder, "state"), text);
}

/** Names in a run's folder of checkpoints, sorted. */
export function checkpointNames(run: string): string[] {
  return [...Deno.readDirSync(join(run, "checkpoints"))].map(({ name }) => name).sort();
}
