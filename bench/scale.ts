/**
 * A model of Qwen2-VL-2B's true form on this machine: time and peak memory of loading it, of
 * sampling 16 tokens for one picture of 448 x 448, and of one GRPO step with LoRA and G = 2.
 *
 * Peaks are of the whole process, weights included; each part has a mark of its own on Linux.
 *
 * `deno task bench:scale` makes a random checkpoint of that form (bf16, sharded, 4.4 GB) in a
 * temporary folder, and removes it at the end. `--tenth` takes a tenth of it.
 *
 * @module
 */
import process from "node:process";
import { from, lastValueFrom, toArray } from "rxjs";
import type { Question } from "../data/questions/question.ts";
import { paperPrompt } from "../data/questions/prompt.ts";
import { hashText, uniform } from "../data/random.ts";
import { normaliseGroups } from "../stages/advantage/normalise_groups.ts";
import { updatePolicy } from "../stages/gradient/update_policy.ts";
import { parseAnswers } from "../stages/parse/parse_answers.ts";
import { scoreRewards } from "../stages/reward/score_rewards.ts";
import { rollout } from "../stages/rollout/rollout.ts";
import { openModel } from "../pipeline/open/open_model.ts";
import { resolveSettings } from "../pipeline/settings/settings.ts";
import {
  normaliseOptions,
  rolloutOptions,
  updateOptions,
} from "../pipeline/settings/stage_options.ts";
import { makeCheckpoint } from "./scale/made_checkpoint.ts";
import { TENTH, TWO_BILLION } from "./scale/shapes.ts";

const SIDE = 448, TOKENS = 16, GIB = 2 ** 30;

/**
 * Runs a part and prints its time, the processors' time in it, and the most memory that the
 * process held during it.
 */
async function measure<T>(name: string, part: () => Promise<T>): Promise<T> {
  // Linux forgets the highest mark so far; elsewhere it is that of the whole run.
  await Deno.writeTextFile("/proc/self/clear_refs", "5").catch(() => {});
  const start = performance.now(), before = process.cpuUsage();
  const result = await part();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  const peak = await peakBytes();
  row(name, [
    `${seconds.toFixed(1)} s`,
    `${((user + system) / 1e6).toFixed(1)} s`,
    `${(peak / GIB).toFixed(2)} GiB`,
  ]);
  return result;
}

function row(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(32) + cells.map((cell) => cell.padStart(14)).join(""));
}

/** The high-water mark of the memory that is resident; NaN where the system does not tell. */
async function peakBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status").catch(() => "");
  return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN);
}

const question: Question = {
  id: "picture",
  images: [{
    width: SIDE,
    height: SIDE,
    data: Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => 256 * uniform(1, i)),
  }],
  prompt: paperPrompt({ kind: "classification" }),
  target: { kind: "classification", label: "cat" },
};

const folder = await Deno.makeTempDir({ prefix: "scale-" });
const remove = () => Deno.removeSync(folder, { recursive: true });
Deno.addSignalListener("SIGINT", () => {
  remove();
  Deno.exit(130);
});
try {
  const form = Deno.args.includes("--tenth") ? TENTH : TWO_BILLION;
  row("part", ["time", "processors", "peak memory"]);
  const parameters = await measure(
    "making the checkpoint",
    () => makeCheckpoint(folder, form),
  );
  const settings = resolveSettings({
    model: folder,
    backend: "native",
    loraR: 16,
    numGenerations: 2,
    maxCompletionLength: TOKENS,
    beta: 0.04,
    learningRate: 1e-4,
  });
  const { policy, description } = await measure(
    "loading",
    () => openModel(settings, true),
  );
  const sampled = await measure(
    `sampling ${TOKENS} tokens, one picture`,
    () =>
      policy.sample([question], {
        ...rolloutOptions(settings, 0),
        numGenerations: 1,
      }),
  );
  // A question of its own, so that the step works out prompt and picture by itself.
  const again = { ...question };
  const completions = await measure(
    "GRPO step, G = 2: rollout",
    () =>
      lastValueFrom(
        from([again]).pipe(rollout(policy, rolloutOptions(settings, 1)), toArray()),
      ),
  );
  const metrics = await measure(
    "GRPO step, G = 2: update",
    () =>
      lastValueFrom(
        from(completions).pipe(
          parseAnswers(),
          // Untrained answers are all worth nothing; this tells two of them apart.
          scoreRewards(() => ({ noise: ({ text }) => hashText(text) % 1000 / 1000 })),
          normaliseGroups(normaliseOptions(settings)),
          updatePolicy(policy, {
            ...updateOptions(settings, 1),
            learningRate: settings.learningRate,
          }),
        ),
      ),
  );
  const lengths = [...sampled.flat(), ...completions].map((c) => c.tokenIds.length);
  console.log(
    `${(parameters / 1e9).toFixed(2)} billion parameters; tokens sampled ${lengths}; ` +
      `${metrics.num_tokens} tokens in the update, gradient norm ${
        metrics.grad_norm!.toPrecision(3)
      }, reward_std ${metrics.reward_std.toPrecision(3)}; ${description}`,
  );
  policy.dispose();
} finally {
  remove();
}
