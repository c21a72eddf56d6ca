import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type GrpoBatch,
  grpoLoss,
  type GrpoOptions,
  LOSS_TYPES,
  sizeOf,
} from "../../../stages/gradient/grpo_loss.ts";
import {
  hasReference,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../support/fixtures.ts";
import { grpoMetrics } from "../../../stages/gradient/grpo_metrics.ts";

interface Case {
  readonly name: string;
  readonly config: {
    readonly loss_type: GrpoOptions["lossType"];
    readonly beta: number;
    readonly epsilon_low: number;
    readonly epsilon_high: number;
    readonly max_completion_length: number;
    readonly gradient_accumulation_steps?: number;
  };
  readonly inputs: {
    readonly logps: number[][];
    readonly old_logps: number[][] | null;
    readonly ref_logps: number[][];
    readonly mask: number[][];
    readonly advantages: number[];
    readonly num_items_in_batch?: number;
  };
  readonly expected: {
    /** Numbers, or "NaN" and the infinities as words. */
    readonly loss: number | string;
    readonly grad_logps: (number | string)[][];
    readonly metrics: Record<string, number | string>;
  };
}

/** Settings of TRL's that this project has; a case of another one is ignored. */
const SETTINGS = [
  "loss_type",
  "beta",
  "epsilon_low",
  "epsilon_high",
  "max_completion_length",
  "gradient_accumulation_steps",
];

/** Whether this project has a case's form of the loss: not cispo, not sapo, no entropy bonus. */
function isOurs({ config }: Case): boolean {
  return LOSS_TYPES.includes(config.loss_type) &&
    Object.keys(config).every((name) => SETTINGS.includes(name));
}

const LOSSES = "grpo/losses.json";
const read = (set?: URL) => readFixture<{ cases: Case[] }>(LOSSES, set).cases;
const cases = hasReference(LOSSES) ? read(REFERENCE) : [];

/** Whether TRL's values are no numbers: it multiplies what the mask hides by 0. */
const isLost = ({ expected }: Case) =>
  [expected.loss, ...expected.grad_logps.flat()].some((x) => Number.isNaN(Number(x)));

function batchOf({ inputs, config }: Case): GrpoBatch {
  return {
    logProbs: inputs.logps,
    ...(inputs.old_logps && { oldLogProbs: inputs.old_logps }),
    ...(config.beta !== 0 && { referenceLogProbs: inputs.ref_logps }),
    mask: inputs.mask.map((row) => row.map(Boolean)),
    advantages: inputs.advantages,
  };
}

function optionsOf({ config }: Case): GrpoOptions {
  return {
    lossType: config.loss_type,
    beta: config.beta,
    epsilon: config.epsilon_low,
    epsilonHigh: config.epsilon_high,
    maxCompletionLength: config.max_completion_length,
  };
}

function close(actual: number, wanted: number, what: string, tolerance = 1e-9): void {
  const error = Math.abs(actual - wanted);
  const limit = tolerance * Math.max(1, Math.abs(wanted));
  const equal = Object.is(actual, wanted) || error <= limit;
  assert.ok(equal, `${what}: ${actual}, not ${wanted}`);
}

function closeRows(
  actual: readonly (readonly number[])[],
  wanted: readonly (readonly (number | string)[])[],
  what: string,
) {
  assert.deepEqual(actual.map((row) => row.length), wanted.map((row) => row.length));
  wanted.forEach((row, i) =>
    row.forEach((value, t) => close(actual[i]![t]!, Number(value), `${what}[${i}][${t}]`))
  );
}

function equalsTrl(one: Case): void {
  const batch = batchOf(one);
  const { completions, tokens } = sizeOf(batch);
  const steps = one.config.gradient_accumulation_steps ?? 1;
  const { loss, gradients, metrics: rows } = grpoLoss(batch, optionsOf(one), {
    completions: completions * steps,
    tokens: one.config.loss_type === "dapo"
      ? one.inputs.num_items_in_batch ?? tokens
      : tokens * steps,
  });
  close(loss, Number(one.expected.loss), "loss");
  closeRows(gradients, one.expected.grad_logps, "gradient");
  const metrics = grpoMetrics(rows);
  for (const [name, value] of Object.entries(metrics)) {
    // The shares were computed in float32.
    const tolerance = name === "kl" ? 1e-9 : 1e-7;
    const wanted = Number(one.expected.metrics[name]);
    // TRL has no extreme share where every token is masked.
    close(value, Number.isNaN(wanted) && tokens === 0 ? 0 : wanted, name, tolerance);
  }
  assert.equal("kl" in metrics, "kl" in one.expected.metrics);
}

/** The loss of a batch is that of its unmasked tokens alone, and finite. */
function staysFinite(one: Case): void {
  const batch = batchOf(one);
  const kept = <T>(rows: readonly (readonly T[])[]) =>
    rows.map((row, i) => row.filter((_, t) => batch.mask![i]![t]));
  const { loss, gradients, metrics } = grpoLoss(batch, optionsOf(one));
  const alone = grpoLoss({
    logProbs: kept(batch.logProbs),
    ...(batch.oldLogProbs && { oldLogProbs: kept(batch.oldLogProbs) }),
    ...(batch.referenceLogProbs && { referenceLogProbs: kept(batch.referenceLogProbs) }),
    advantages: batch.advantages,
  }, optionsOf(one));
  assert.ok(Number.isFinite(loss), `${loss}`);
  close(loss, alone.loss, "loss");
  closeRows(kept(gradients), alone.gradients, "gradient");
  gradients.forEach((row, i) =>
    row.forEach((g, t) => {
      const wanted = Number(one.expected.grad_logps[i]![t]);
      if (!batch.mask![i]![t]) assert.equal(g, 0);
      if (!Number.isNaN(wanted)) close(g, wanted, `gradient[${i}][${t}]`);
    })
  );
  const [kl, wanted] = [metrics, alone.metrics].map((rows) => grpoMetrics(rows).kl);
  if (wanted !== undefined) close(kl!, wanted, "kl");
}

for (const one of cases) {
  const name = isLost(one)
    ? `grpoLoss() stays finite, and TRL's does not: ${one.name}`
    : `grpoLoss() equals TRL: ${one.name}`;
  const compare = isLost(one) ? staysFinite : equalsTrl;
  Deno.test({ name, ignore: !isOurs(one), fn: () => compare(one) });
}

referenceTest("grpoLoss() is compared with TRL's", [LOSSES], () => {
  assert.ok(cases.some((one) => isOurs(one) && !isLost(one)));
});

Deno.test("the project's own set compares grpoLoss() in every form", () => {
  const forms = new Set(read().filter(isOurs).map(({ config }) => config.loss_type));
  assert.deepEqual([...forms].sort(), [...LOSS_TYPES].sort());
});

Deno.test("grpoLoss() stays finite where TRL multiplies an overflow by the mask", () => {
  const one = read().find(({ name }) => name === "grpo_overflow_behind_the_mask")!;
  assert.ok(isLost(one));
  const { loss, gradients, metrics } = grpoLoss(batchOf(one), optionsOf(one));
  // On-policy without KL in effect: ratios are 1, so the loss is −mean(A).
  close(loss, -(1.5542 - 1.3761) / 2, "loss");
  assert.equal(gradients[0]![2], 0);
  close(gradients[0]![0]!, -0.38855, "gradient");
  assert.equal(grpoMetrics(metrics).kl, 0);
});

interface VisualRftCase {
  readonly beta: number;
  readonly logps: number[][];
  readonly ref_logps: number[][];
  readonly mask: number[][];
  readonly expected: { advantages: number[]; loss: number; grad_logps: number[][] };
}

const OFFICIAL = "grpo/visual_rft_loss.json";

referenceTest("grpoLoss() equals the official Visual-RFT trainer", [OFFICIAL], () => {
  const { cases } = readFixture<{ cases: VisualRftCase[] }>(OFFICIAL, REFERENCE);
  assert.ok(cases.length > 0);
  for (const { beta, logps, ref_logps, mask, expected } of cases) {
    const { loss, gradients } = grpoLoss({
      logProbs: logps,
      referenceLogProbs: ref_logps,
      mask: mask.map((row) => row.map(Boolean)),
      advantages: expected.advantages,
    }, { lossType: "grpo", beta });
    close(loss, expected.loss, "loss");
    closeRows(gradients, expected.grad_logps, "gradient");
  }
});

const logProb = fc.double({ min: -4, max: 0, noNaN: true });
const completion = fc.array(
  fc.record({ now: logProb, old: logProb, reference: logProb, kept: fc.boolean() }),
  { maxLength: 4 },
);
const batch = fc.array(
  fc.tuple(completion, fc.double({ min: -2, max: 2, noNaN: true })),
  { minLength: 1, maxLength: 4 },
).map((rows): GrpoBatch => ({
  logProbs: rows.map(([row]) => row.map(({ now }) => now)),
  oldLogProbs: rows.map(([row]) => row.map(({ old }) => old)),
  referenceLogProbs: rows.map(([row]) => row.map(({ reference }) => reference)),
  mask: rows.map(([row]) => row.map(({ kept }) => kept)),
  advantages: rows.map(([, advantage]) => advantage),
}));
const options = fc.record({
  lossType: fc.constantFrom(...LOSS_TYPES),
  beta: fc.constantFrom(0, 0.04),
  epsilonHigh: fc.constantFrom(0.2, 0.28),
  maxCompletionLength: fc.constant(8),
});

Deno.test("grpoLoss() has the gradient that finite differences show", () => {
  fc.assert(fc.property(batch, options, (batch, options) => {
    const { gradients } = grpoLoss(batch, options);
    const h = 1e-6;
    batch.logProbs.forEach((row, i) =>
      row.forEach((_, t) => {
        const moved = (by: number) =>
          grpoLoss({
            ...batch,
            logProbs: batch.logProbs.map((row, j) =>
              row.map((l, u) => i === j && t === u ? l + by : l)
            ),
          }, options).loss;
        const [up, here, down] = [moved(h), moved(0), moved(-h)];
        const [right, left] = [(up - here) / h, (here - down) / h];
        if (Math.abs(right - left) > 1e-3) return; // a kink, where a bound begins to hold
        const wanted = (up - down) / (2 * h);
        assert.ok(
          Math.abs(gradients[i]![t]! - wanted) < 1e-4,
          `${gradients[i]![t]}, not ${wanted}`,
        );
      })
    );
  }));
});

Deno.test("grpoLoss() of the parts adds up to that of the whole", () => {
  fc.assert(fc.property(batch, options, fc.nat(3), (batch, options, cut) => {
    const size = sizeOf(batch);
    const whole = grpoLoss(batch, options);
    const part = (from: number, to?: number) =>
      grpoLoss(
        {
          logProbs: batch.logProbs.slice(from, to),
          oldLogProbs: batch.oldLogProbs!.slice(from, to),
          referenceLogProbs: batch.referenceLogProbs!.slice(from, to),
          mask: batch.mask!.slice(from, to),
          advantages: batch.advantages.slice(from, to),
        },
        options,
        size,
      );
    const [head, tail] = [part(0, cut), part(cut)];
    close(head.loss + tail.loss, whole.loss, "loss");
    assert.deepEqual([...head.gradients, ...tail.gradients], whole.gradients);
    assert.deepEqual(
      grpoMetrics([...head.metrics, ...tail.metrics]),
      grpoMetrics(whole.metrics),
    );
  }));
});

Deno.test("grpoLoss() without old log-probabilities has ratio 1, but a gradient", () => {
  const { loss, gradients, metrics } = grpoLoss(
    { logProbs: [[-1, -2], [-3]], advantages: [1, -2] },
    { lossType: "grpo", beta: 0 },
  );
  assert.equal(loss, 0.5);
  assert.deepEqual(gradients, [[-0.25, -0.25], [1]]);
  assert.equal(grpoMetrics(metrics)["clip_ratio/region_mean"], 0);
});

Deno.test("grpoLoss() divides by what each form says", () => {
  // Two completions of 1 and 3 tokens, A = 1: token losses are −1.
  const batch = { logProbs: [[-1], [-1, -1, -1]], advantages: [1, 0] };
  const first = (options: GrpoOptions) => grpoLoss(batch, options).gradients[0]![0];
  assert.equal(first({ lossType: "grpo", beta: 0 }), -1 / 2);
  assert.equal(first({ lossType: "dapo", beta: 0 }), -1 / 4);
  assert.equal(first({ lossType: "bnpo", beta: 0 }), -1 / 4);
  assert.equal(first({ lossType: "dr_grpo", beta: 0, maxCompletionLength: 10 }), -1 / 20);
});

Deno.test("grpoLoss() of nothing is 0", () => {
  const { loss, gradients, metrics } = grpoLoss(
    { logProbs: [], advantages: [] },
    { lossType: "grpo", beta: 0 },
  );
  assert.equal(loss, 0);
  assert.deepEqual(gradients, []);
  assert.equal(grpoMetrics(metrics)["clip_ratio/high_max"], 0);
});

Deno.test("grpoLoss() names what does not fit", () => {
  const logProbs = [[-1, -1]];
  const grpo = { lossType: "grpo", beta: 0 } as const;
  assert.throws(
    () => grpoLoss({ logProbs, advantages: [] }, grpo),
    /RangeError: There are 0 advantages for 1 completions/,
  );
  assert.throws(
    () => grpoLoss({ logProbs, oldLogProbs: [[-1]], advantages: [1] }, grpo),
    /RangeError: oldLogProbs\[0\] has 1 tokens, but logProbs\[0\] has 2/,
  );
  assert.throws(
    () => grpoLoss({ logProbs, advantages: [1] }, { lossType: "grpo", beta: 0.1 }),
    /RangeError: beta is 0.1, but there are no reference log-probabilities/,
  );
  assert.throws(
    () => grpoLoss({ logProbs, advantages: [1] }, { lossType: "dr_grpo", beta: 0 }),
    /RangeError: dr_grpo divides by maxCompletionLength/,
  );
});
