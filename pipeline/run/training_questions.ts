import { batchIndices } from "../../data/questions/batches.ts";
import { lookAhead } from "../../data/questions/look_ahead.ts";
import type { Question } from "../../data/questions/question.ts";
import type { DataSets } from "../open/data_sets.ts";
import type { Settings } from "../settings/settings.ts";

/**
 * The questions of a run in the order of its steps: step s (from 1) trains on the places
 * (s − 1) · batchSize to s · batchSize − 1.
 *
 * `data.lookAhead` questions are read ahead: their images are decoded while the model works.
 */
export function trainingQuestions(
  { train, lookAhead: ahead = 0 }: Pick<DataSets, "train" | "lookAhead">,
  { batchSize, seed, steps }: Pick<Settings, "batchSize" | "seed" | "steps">,
): (place: number) => Promise<Question> {
  let batch = { step: -1, indices: [] as readonly number[] };
  const ask = (place: number) => {
    const step = Math.floor(place / batchSize);
    if (batch.step !== step) {
      batch = { step, indices: batchIndices(train.size, batchSize, seed, step) };
    }
    return train.question(batch.indices[place % batchSize]!);
  };
  const weigh = ({ images }: Question) =>
    images.reduce((sum, { data }) => sum + data.length, 0);
  return lookAhead(ask, ahead, steps * batchSize, weigh);
}
