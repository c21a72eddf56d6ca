import type { Batch } from "./objective.ts";
import type { Stage } from "./stages.ts";

/** Batches that are made before they are asked for. */
const AHEAD = 3;

/**
 * The batches of a stage from a step on, in order, made by a worker ahead of the model.
 *
 * Leave the loop to stop the worker.
 */
export async function* batchQueue(
  seed: number,
  stage: Stage,
  from: number,
): AsyncGenerator<Batch> {
  const worker = new Worker(new URL("./batch_worker.ts", import.meta.url), {
    type: "module",
  });
  const made: Batch[] = [];
  let wake = () => {};
  let failure: Error | undefined;
  worker.onmessage = ({ data }: MessageEvent<Batch>) => {
    made.push(data);
    wake();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    failure = new Error(`A batch could not be made: ${event.message}`);
    wake();
  };
  try {
    let asked = from;
    for (let step = from; step < stage.schedule.steps; step++) {
      while (asked < Math.min(step + AHEAD, stage.schedule.steps)) {
        worker.postMessage({ seed, stage, step: asked++ });
      }
      while (made.length === 0) {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve) => wake = resolve);
      }
      yield made.shift()!;
    }
  } finally {
    worker.terminate();
  }
}
