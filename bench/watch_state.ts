/**
 * What the live page costs a long run: time of gathering its records, memory, and what making
 * the page takes, at 1,000, 10,000 and 100,000 steps.
 *
 * `deno run -A bench/watch_state.ts`
 *
 * @module
 */
import type { MetricsRecord } from "../pipeline/run_folder/metrics.ts";
import { sectionRenderer } from "../pipeline/watch/rendered.ts";
import { NOTHING_YET, withRecord } from "../pipeline/watch/watch_state.ts";

const MARKS = [1000, 10_000, 100_000];

/** A step with as many figures as those of `train`. */
function made(step: number): MetricsRecord {
  const figures = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`figure/${i}`, step / (i + 1)]),
  );
  return {
    ...{ type: "step", step, reward: 1 - 1 / step, loss: 1 / step, grad_norm: 1 },
    ...{ learning_rate: 1 / step, num_tokens: step, step_time: 1 },
    ...figures,
  };
}

console.log("steps    gathering   memory   page");
let state = NOTHING_YET, gathering = 0;
for (let step = 1; step <= MARKS.at(-1)!; step++) {
  const record = made(step), began = performance.now();
  state = withRecord(state, record);
  gathering += performance.now() - began;
  if (!MARKS.includes(step)) continue;
  const asked = performance.now();
  const { sections } = await sectionRenderer().render(state);
  const page = performance.now() - asked;
  const size = sections.reduce((sum, { html }) => sum + html.length, 0);
  const memory = Deno.memoryUsage().heapUsed / 1e6;
  console.log(
    `${String(step).padEnd(9)}${(gathering / 1000).toFixed(2).padStart(7)} s` +
      `${memory.toFixed(0).padStart(8)} MB   ${page.toFixed(0)} ms, ` +
      `${(size / 1000).toFixed(0)} kB`,
  );
}
