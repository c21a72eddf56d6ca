/**
 * Every flag of an ablation takes effect: a run with it differs from the run without, where it
 * should and nowhere before. The policies are a bandit, which costs nothing, a tiny model for what
 * is trained, and the embedded model for what is drawn.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { lastValueFrom, toArray } from "rxjs";
import type { Question } from "../../data/questions/question.ts";
import type {
  ConfigRecord,
  MetricsRecord,
  StepRecord,
} from "../../pipeline/run_folder/metrics.ts";
import type { RunParts } from "../../pipeline/run/run_parts.ts";
import type { SettingsInput } from "../../pipeline/settings/settings.ts";
import { fineTune } from "../../pipeline/train/sft.ts";
import { train } from "../../pipeline/train/train.ts";
import { fixturePath } from "../support/fixtures.ts";
import { inFolder } from "../support/in_folder.ts";
import { bandit, cats, partsOf, QUICK, TEXTS } from "../support/bandit.ts";

const box = (x2: number, confidence: number) =>
  `<answer>[{'Position': [0, 0, ${x2}, 10], 'Confidence': ${confidence}}]</answer>`;

/** In place of the bandit's words: all of a box, 7 tenths of it, a doubted miss, no thoughts. */
const BOXES = [
  `<think>cat</think>${box(10, 1)}`,
  `<think>cat</think>${box(7, 0.8)}`,
  `<think>cat</think>${box(2, 0.3)}`,
  box(10, 1),
];

interface Row {
  readonly text: string;
  readonly reward: number;
  readonly rewards: Readonly<Record<string, number>>;
}

interface Ran {
  readonly config: ConfigRecord;
  readonly steps: readonly StepRecord[];
  /** Figures of the last evaluation. */
  readonly after: Readonly<Record<string, number>>;
  readonly completions: readonly Row[];
  /** Texts that were never to be drawn, at each sampling. */
  readonly badWords: readonly (readonly string[])[];
  readonly labels: readonly string[];
}

/** Two steps of a bandit that draws boxes, in completions of two to five tokens. */
function run(
  start: typeof train,
  input: SettingsInput,
  steps = 2,
): Promise<Ran> {
  const policy = bandit();
  const badWords: (readonly string[])[] = [], labels: string[] = [];
  const drawn = Object.assign(Object.create(policy), {
    async sample(...args: Parameters<typeof policy.sample>) {
      badWords.push(args[1].badWords ?? []);
      const groups = await policy.sample(...args);
      return groups.map((group) =>
        group.map((completion) => {
          const i = TEXTS.findIndex((text) => text === completion.text);
          const tokenIds = [...completion.tokenIds, ...Array(i).fill(TEXTS.length)];
          return { ...completion, text: BOXES[i]!, tokenIds };
        })
      );
    },
    encodeCompletion(text: string) {
      labels.push(text);
      return policy.encodeCompletion(text);
    },
  });
  const question = async (index: number): Promise<Question> => ({
    ...await cats(5).question(index),
    target: {
      ...{ kind: "detection", category: "cat" },
      boxes: [{ x1: 0, y1: 0, x2: 10, y2: 10 }],
    },
    reasoning: "cat",
  });
  const source = { ...cats(5), question };
  const parts = { train: source, heldOut: source, describe: "boxes" };
  return runIn(start, { ...QUICK, numGenerations: 6, steps, ...input }, {
    ...partsOf(drawn),
    openData: () => Promise.resolve(parts),
  }).then((ran) => ({ ...ran, badWords, labels }));
}

async function runIn(
  start: typeof train,
  settings: SettingsInput,
  parts: RunParts = {},
): Promise<Omit<Ran, "badWords" | "labels">> {
  let ran!: Omit<Ran, "badWords" | "labels">;
  await inFolder(async (folder) => {
    const out = join(folder, "run");
    const records = await lastValueFrom(
      start({ ...settings, out }, parts).pipe(toArray()),
    );
    const of = <T extends MetricsRecord["type"]>(type: T) =>
      records.filter((record) => record.type === type) as Extract<
        MetricsRecord,
        { type: T }
      >[];
    const [done] = of("done");
    const text = await Deno.readTextFile(join(done!.run, "completions.jsonl"));
    ran = {
      config: of("config")[0]!,
      steps: of("step").map((step) => ({ ...step, step_time: 0 })),
      after: done!.after,
      completions: text.trim() === ""
        ? []
        : text.trim().split("\n").map((line) => JSON.parse(line)),
    };
  });
  return ran;
}

const texts = ({ completions }: Ran) => completions.map(({ text }) => text);
const paid = ({ completions }: Ran, name: string, text: string) =>
  completions.find((row) => row.text === text)!.rewards[name];

/** All that an ablation must not touch: the first step's draws. */
function assertSameDraws(one: Ran, other: Ran) {
  assert.deepEqual(texts(one).slice(0, 18), texts(other).slice(0, 18));
}

const plain = await run(train, {});

Deno.test("the run that ablations are compared with comes out the same twice", async () => {
  const { config: _, ...again } = await run(train, {});
  const { config: __, ...before } = plain;
  assert.deepEqual(again, before);
  assert.deepEqual(new Set(texts(plain)), new Set(BOXES));
  assert.equal(plain.completions.length, 2 * 3 * 6);
  assert.ok(plain.steps[1]!.kl as number > 0);
});

Deno.test("--num-generations draws another number of completions", async () => {
  const { completions, config } = await run(train, { numGenerations: 3 });
  assert.equal(completions.length, 2 * 3 * 3);
  assert.equal(config.settings.numGenerations, 3);
});

Deno.test("--beta weighs the KL divergence, and without it none is measured", async () => {
  const none = await run(train, { beta: 0 }), more = await run(train, { beta: 0.5 });
  assertSameDraws(none, plain);
  assertSameDraws(more, plain);
  assert.ok(!("kl" in none.steps[1]!));
  // The first step starts at the reference: its loss is the same, that of the second is not.
  assert.equal(more.steps[0]!.loss, plain.steps[0]!.loss);
  assert.notEqual(more.steps[1]!.loss, plain.steps[1]!.loss);
});

Deno.test("--loss-type averages the tokens of completions of different lengths in its way", async () => {
  for (const lossType of ["bnpo", "dr_grpo", "dapo"] as const) {
    const other = await run(train, { lossType });
    assertSameDraws(other, plain);
    assert.equal(other.steps[0]!.reward, plain.steps[0]!.reward, lossType);
    assert.notEqual(other.steps[0]!.grad_norm, plain.steps[0]!.grad_norm, lossType);
  }
});

Deno.test("--profile pays the same answers otherwise", async () => {
  for (const profile of ["paper", "official"] as const) {
    const other = await run(train, { profile });
    assertSameDraws(other, plain);
    // A miss believed to 0.3: doubt pays there, and is a loss to the default.
    assert.equal(paid(other, "confidence", BOXES[2]!), 0.7);
    const least = paid(plain, "confidence", BOXES[2]!)!;
    assert.ok(Math.abs(least - (2 - 0.3 ** 2) / 3) < 1e-12, `${least}`);
  }
});

Deno.test("--iou-threshold misses a box that was found, and figures do not move", async () => {
  const strict = await run(train, { iouThreshold: 0.75 });
  assertSameDraws(strict, plain);
  assert.equal(paid(plain, "iou", BOXES[1]!), 0.7);
  assert.equal(paid(strict, "iou", BOXES[1]!), 0);
  assert.equal(paid(strict, "iou", BOXES[0]!), 1);
  assert.equal(strict.config.settings.iouThreshold, 0.75);
  // An evaluation of the same answers: its rewards see the threshold, its other figures do not.
  const still = { learningRate: 0, evalTemperature: 1, evalSamples: 5 };
  const loose = await run(train, still);
  const tight = await run(train, { ...still, iouThreshold: 0.75 });
  assert.ok(tight.after.reward! < loose.after.reward!);
  assert.deepEqual({ ...tight.after, reward: 0 }, { ...loose.after, reward: 0 });
});

Deno.test("a resumed run keeps the threshold and the thinking that it began with", async () => {
  const settings: SettingsInput = {
    ...{ iouThreshold: 0.75, thinking: false, evalSamples: 0 },
    ...{ lrSchedulerType: "constant", saveSteps: 2 },
  };
  const whole = await run(train, settings, 4);
  await inFolder(async (folder) => {
    const out = join(folder, "cut");
    await run((given, parts) => train({ ...given, out }, parts), settings, 2);
    const resumed = await run((_, parts) => train({ resume: out, steps: 4 }, parts), {});
    assert.deepEqual(resumed.steps, whole.steps.slice(2));
    assert.deepEqual(resumed.completions, whole.completions);
    assert.deepEqual(new Set(resumed.badWords.flat()), new Set(["<think>", "<think"]));
  });
});

Deno.test("--thinking false keeps both rollout and evaluation from it, and pays the other form", async () => {
  const without = await run(train, { thinking: false });
  assertSameDraws(without, plain); // this bandit knows no bad words
  assert.deepEqual(new Set(plain.badWords.flat()), new Set());
  assert.equal(without.badWords.length, plain.badWords.length);
  for (const words of without.badWords) assert.ok(words.includes("<think>"));
  const formats = (ran: Ran) => BOXES.map((text) => paid(ran, "format", text));
  assert.deepEqual(formats(plain), [1, 1, 1, 0]);
  assert.deepEqual(formats(without), [0, 0, 0, 1]);
  assert.equal(plain.after.format_rate! + without.after.format_rate!, 1);
});

Deno.test("--targets full learns the thoughts, and sft obeys --thinking in its evaluations", async () => {
  const answers = await run(fineTune, {}),
    full = await run(fineTune, { targets: "full" });
  const solution = box(10, 1);
  assert.deepEqual(new Set(answers.labels), new Set([solution]));
  assert.deepEqual(new Set(full.labels), new Set([`<think>cat</think>${solution}`]));
  const without = await run(fineTune, { thinking: false });
  assert.deepEqual(without.steps, answers.steps);
  assert.equal(without.after.format_rate, 1 - answers.after.format_rate!);
});

/** A step of a tiny model, full or with LoRA: its record and the files of its model. */
async function tiny(input: SettingsInput) {
  const pixels = (index: number) =>
    Uint8Array.from({ length: 56 * 56 * 3 }, (_, i) => (i * (index + 3)) % 256);
  const source = {
    ...cats(2),
    question: async (index: number): Promise<Question> => ({
      ...await cats(2).question(index),
      images: [{ width: 56, height: 56, data: pixels(index) }],
    }),
  };
  const data = { train: source, heldOut: source, describe: "patterns" };
  let files: string[] = [], step!: StepRecord;
  await inFolder(async (folder) => {
    const out = join(folder, "run");
    const records = await lastValueFrom(
      train({
        ...{ model: fixturePath("qwen2_vl/tiny-untied"), backend: "wasm", out },
        ...{ steps: 2, batchSize: 2, numGenerations: 4, maxCompletionLength: 4 },
        ...{ warmupSteps: 0, evalSamples: 0, saveSteps: 0, seed: 1 },
        ...input,
      }, {
        openData: () => Promise.resolve(data),
        rewards: { odd: ({ text }) => text.length % 7 },
      }).pipe(toArray()),
    );
    step = records.findLast((record) => record.type === "step")!;
    files = [...Deno.readDirSync(join(out, "model"))].map(({ name }) => name);
  });
  return { step, files };
}

Deno.test("--lora-r trains an adapter in place of the weights", async () => {
  const full = await tiny({}), lora = await tiny({ loraR: 4 });
  assert.ok(full.files.includes("model.safetensors"));
  assert.ok(!full.files.some((name) => name.startsWith("adapter")));
  assert.ok(lora.files.includes("adapter_model.safetensors"));
  assert.ok(!lora.files.includes("model.safetensors"));
  for (const { step } of [full, lora]) assert.ok(step.grad_norm > 0);
  assert.notEqual(full.step.grad_norm, lora.step.grad_norm);
  assert.notEqual(full.step.kl, lora.step.kl);
});

Deno.test("the embedded model always thinks first, and draws no such tag without thinking", async () => {
  const said = async (thinking: boolean) => {
    const { completions } = await runIn(train, {
      data: "emoji:classification,categories=4,size=8,held-out=2",
      ...{ steps: 1, batchSize: 2, numGenerations: 4, evalSamples: 0, saveSteps: 0 },
      ...{ backend: "wasm", maxCompletionLength: 16, thinking },
    });
    return completions.map(({ text }) => text);
  };
  for (const text of await said(true)) assert.ok(text.startsWith("<think>"), text);
  for (const text of await said(false)) assert.ok(!text.includes("<think"), text);
});
