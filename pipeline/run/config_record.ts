import { canonicalHash } from "../../data/files/canonical_json.ts";
import type { Checkpoint, Ingredients } from "../checkpoint/checkpoint.ts";
import type { DataSets } from "../open/data_sets.ts";
import type { OpenedModel } from "../open/open_model.ts";
import type { ConfigRecord } from "../run_folder/metrics.ts";
import { OF_PROCESS, type Settings } from "../settings/settings.ts";
import { changesOf } from "./check_unchanged.ts";

/** What a run is made with, as its first record says. */
export function configRecord(
  { task, settings, made, step, model, data, folder }: {
    readonly task: "train" | "sft";
    readonly settings: Settings;
    readonly made: Ingredients;
    /** Steps made before. */
    readonly step: number;
    readonly model: Pick<OpenedModel, "backend" | "description">;
    readonly data: DataSets;
    readonly folder: string;
  },
): ConfigRecord {
  return {
    type: "config",
    ...step > 0 && { step },
    version: made.version,
    task,
    seed: settings.seed,
    backend: model.backend,
    engine: model.description,
    model: settings.model,
    modelSha256: made.model,
    data: {
      describe: data.describe,
      ...data.notes !== undefined && data.notes.length > 0 && { notes: data.notes },
      train: data.train.manifest,
      heldOut: data.heldOut.manifest,
      sha256: made.data,
    },
    settings,
    rewards: made.rewards,
    run: folder,
  };
}

/** Whether a resumed run has other settings, or is made of something else, than before. */
export function isMadeOtherwise(
  before: Checkpoint,
  settings: Settings,
  made: Ingredients,
): boolean {
  return compared(before.settings) !== compared(settings) ||
    changesOf(before.made, made).length > 0 ||
    canonicalHash(before.made.rewards) !== canonicalHash(made.rewards);
}

function compared(settings: Settings): string {
  return JSON.stringify(
    Object.entries(settings)
      .filter(([name]) => !OF_PROCESS.includes(name))
      .sort(([a], [b]) => a < b ? -1 : 1),
  );
}
