/// <reference lib="deno.worker" />
/**
 * Makes batches on a thread of its own, ahead of the model.
 *
 * @module
 */
import { embeddedTools } from "./embedded_tools.ts";
import { makeBatch } from "./batches.ts";
import type { Stage } from "./stages.ts";

const tools = embeddedTools();

self.onmessage = async (
  { data }: MessageEvent<{ seed: number; stage: Stage; step: number }>,
) => {
  const batch = makeBatch(await tools, data.seed, data.stage, data.step);
  const arrays = [
    batch.pixelValues,
    ...Object.values(batch.patches),
    ...Object.values(batch.blocks ?? {}),
  ].filter((value) => ArrayBuffer.isView(value));
  self.postMessage(batch, arrays.map(({ buffer }) => buffer as ArrayBuffer));
};
