import { openCheckpoint } from "../../stages/model/safetensors/checkpoint.ts";
import { writeSafetensors } from "../../stages/model/safetensors/write.ts";
import { openSafetensors } from "../../stages/model/safetensors/open.ts";
import { repairFolder, writeFolder } from "../../data/files/write_folder.ts";
import type { FlatMoments } from "./pretrain_learner.ts";

/** How far pre-training is. */
export interface Progress {
  readonly seed: number;
  readonly scale: number;
  /** Index of the stage. */
  readonly stage: number;
  /** Steps of the stage that are done. */
  readonly step: number;
  /** Seconds spent so far. */
  readonly seconds: number;
}

/** One parameter's values. */
export interface StoredParameter {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** All that pre-training needs to resume. */
export interface PretrainCheckpoint {
  readonly progress: Progress;
  /** The model's parameters and the heads', by name. */
  readonly parameters: ReadonlyMap<string, StoredParameter>;
  /** Missing between two stages: each begins with fresh moments. */
  readonly moments?: FlatMoments;
}

/** Writes a checkpoint whole or not at all: see `writeFolder`. */
export async function writeCheckpoint(
  folder: string,
  { progress, parameters, moments }: PretrainCheckpoint,
): Promise<void> {
  await writeFolder(folder, async (temporary) => {
    await writeSafetensors(
      `${temporary}/model.safetensors`,
      [...parameters].map(([name, parameter]) => ({ name, ...parameter })),
    );
    if (moments !== undefined) {
      const { mean, square } = moments;
      await writeSafetensors(`${temporary}/moments.safetensors`, [
        { name: "mean", shape: [mean.length], data: mean },
        { name: "square", shape: [square.length], data: square },
      ]);
    }
    const state = { ...progress, momentSteps: moments?.steps };
    await Deno.writeTextFile(`${temporary}/progress.json`, JSON.stringify(state) + "\n");
  });
}

/**
 * Reads what `writeCheckpoint` wrote.
 *
 * @throws {Deno.errors.NotFound} If there is no checkpoint in `folder`.
 */
export async function readCheckpoint(folder: string): Promise<PretrainCheckpoint> {
  await repairFolder(folder);
  const { momentSteps, ...progress } = JSON.parse(
    await Deno.readTextFile(`${folder}/progress.json`),
  );
  const parameters = new Map<string, StoredParameter>();
  const checkpoint = await openCheckpoint(folder);
  try {
    for (const name of checkpoint.names) {
      parameters.set(name, {
        shape: checkpoint.shape(name),
        data: await checkpoint.read(name),
      });
    }
  } finally {
    checkpoint.close();
  }
  if (momentSteps === undefined) return { progress, parameters };
  const file = await openSafetensors(`${folder}/moments.safetensors`);
  try {
    const moments = {
      mean: await file.read("mean"),
      square: await file.read("square"),
      steps: momentSteps,
    };
    return { progress, parameters, moments };
  } finally {
    file.close();
  }
}
