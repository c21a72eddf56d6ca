import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import {
  fixturePath,
  hasReference,
  readFixture,
  REFERENCE,
  referenceTest,
} from "../../support/fixtures.ts";
import {
  caseRows,
  configOf,
  filesOf,
  loadWeights,
  modelCases,
  referenceFamilies,
} from "../../support/model_case.ts";
import { startTestBackend } from "../../support/test_backend.ts";
import { adapterTensors, withAdapter } from "../../../stages/adapter/adapter.ts";
import { adamW, type AdamWState } from "../../../stages/policy/optimizer.ts";
import { readPeft } from "../../../stages/adapter/peft.ts";
import type { TokenLoss } from "../../../stages/policy/policy.ts";
import { openSafetensors } from "../../../stages/model/safetensors/open.ts";
import type { ModelType } from "../../../stages/model/qwen2_vl/config.ts";
import { learningInputs, tensorsOf } from "../../../stages/policy/learning_inputs.ts";
import { tokenLossGradients } from "../../../stages/policy/token_loss_gradients.ts";

interface Run {
  readonly case: string;
  readonly model: string;
  readonly optimizer: {
    readonly lr: number;
    readonly betas: readonly [number, number];
    readonly eps: number;
    readonly weight_decay: number;
    readonly clip_grad_norm: number;
  };
  readonly steps: readonly { readonly loss: number; readonly total_grad_norm: number }[];
  readonly parameters: Readonly<Record<string, { readonly grad_norm: number | null }>>;
  readonly grads_file?: string;
  readonly after_file?: string;
}

await startTestBackend();

/** Mean negative log-likelihood over all completion tokens. */
const meanNll: TokenLoss = (statistics) => {
  const all = statistics.flatMap(({ logProbs }) => logProbs);
  return {
    loss: -all.reduce((sum, x) => sum + x, 0) / all.length,
    gradients: statistics.map(({ logProbs }) => logProbs.map(() => -1 / all.length)),
  };
};

function norm(tensor: tf.Tensor): number {
  return Math.sqrt(tensor.dataSync<"float32">().reduce((sum, x) => sum + x * x, 0));
}

function close(actual: number, expected: number, relative: number, what: string) {
  const d = Math.abs(actual - expected);
  assert.ok(
    d <= relative * Math.max(1e-3, Math.abs(expected)),
    `${what}: ${actual}, expected ${expected}`,
  );
}

async function compareTensors(
  path: string,
  tensors: ReadonlyMap<string, tf.Tensor>,
  most: number,
  mean: number,
) {
  const file = await openSafetensors(fixturePath(path, REFERENCE));
  let sum = 0, count = 0;
  for (const name of file.tensors.keys()) {
    const actual = tensors.get(name)?.dataSync();
    const expected = await file.read(name);
    assert.ok(actual !== undefined, `no tensor ${name}`);
    expected.forEach((x, i) => {
      const d = Math.abs(x - actual[i]!);
      assert.ok(d <= most, `${name}[${i}]: ${actual[i]}, expected ${x}`);
      sum += d;
    });
    count += expected.length;
  }
  file.close();
  assert.ok(sum / count <= mean, `mean difference ${sum / count}`);
}

const cases = new Map(
  referenceFamilies().flatMap((family) =>
    modelCases(family, REFERENCE).map((one) => [`${family} ${one.name}`, one] as const)
  ),
);

/** A case's files; those of one that is missing too. */
function inputsOf(family: ModelType, name: string): string[] {
  const one = cases.get(`${family} ${name}`);
  return one === undefined ? [`${family}/expected/${name}.json`] : filesOf(one);
}

const runs = referenceFamilies().flatMap((family) => {
  const path = `${family}/expected/gradients.json`;
  if (hasReference(path)) {
    return readFixture<{ runs: readonly Run[] }>(path, REFERENCE).runs
      .map((run) => ({ family, run }));
  }
  referenceTest(`gradients and AdamW of ${family} equal the reference`, [path], () => {});
  return [];
});

for (const { family, run } of runs) {
  const folder = `${family}/tiny-${run.model}`;
  const tensors = [run.grads_file, run.after_file]
    .flatMap((name) => name === undefined ? [] : [`${family}/expected/${name}`]);
  const name = `gradients and AdamW of ${run.case} on ${folder} equal the reference`;
  const files = [...inputsOf(family, run.case), `${folder}/config.json`, ...tensors];
  referenceTest(name, files, async () => {
    const before = tf.memory().numTensors;
    const { optimizer } = run;
    const config = configOf(folder, REFERENCE);
    const weights = await loadWeights(folder, REFERENCE);
    const rows = await caseRows(cases.get(`${family} ${run.case}`)!, config);
    const inputs = learningInputs(config, rows);
    const state: AdamWState = new Map();
    for (const [step, expected] of run.steps.entries()) {
      const { loss, gradients } = tokenLossGradients(
        weights,
        config,
        inputs,
        weights,
        meanNll,
        0,
        1,
      );
      close(loss, expected.loss, 1e-4, `loss of step ${step}`);
      if (step === 0) {
        for (const [name, { grad_norm }] of Object.entries(run.parameters)) {
          const gradient = gradients.get(name);
          if (grad_norm === null) assert.equal(gradient, undefined, name);
          else close(norm(gradient!), grad_norm, 1e-3, `gradient norm of ${name}`);
        }
        if (run.grads_file !== undefined) {
          await compareTensors(
            `${family}/expected/${run.grads_file}`,
            gradients,
            1e-4,
            1e-5,
          );
        }
      }
      const constants = {
        beta1: optimizer.betas[0],
        beta2: optimizer.betas[1],
        epsilon: optimizer.eps,
        weightDecay: optimizer.weight_decay,
      };
      const { gradNorm, fault } = await adamW(weights, gradients, state, constants, {
        rate: optimizer.lr,
        maxNorm: optimizer.clip_grad_norm,
      });
      close(gradNorm, expected.total_grad_norm, 1e-3, `total norm of step ${step}`);
      assert.equal(fault, undefined);
      tf.dispose([...gradients.values()]);
    }
    if (run.after_file !== undefined) {
      await compareTensors(`${family}/expected/${run.after_file}`, weights, 3e-3, 1e-5);
    }
    tf.dispose([...weights.values(), ...tensorsOf(inputs)]);
    tf.dispose([...state.values()].flatMap(({ mean, square }) => [mean, square]));
    assert.equal(tf.memory().numTensors, before);
  });
}

interface LoraCases {
  readonly cases: Readonly<
    Record<string, {
      readonly completion_logprobs: readonly (readonly number[])[];
      readonly adapter_grad_norms: Readonly<Record<string, number>>;
    }>
  >;
}

const EXPECTED = "qwen2_vl/expected/lora.json", MODEL = "qwen2_vl/tiny-untied";
const adapted = hasReference(EXPECTED)
  ? Object.entries(readFixture<LoraCases>(EXPECTED, REFERENCE).cases)
  : [];
if (adapted.length === 0) {
  referenceTest(
    "a case with an adapter equals the reference",
    [EXPECTED],
    () => assert.fail(`${EXPECTED} has no case`),
  );
}

for (const folder of ["lora", "lora-newnames"]) {
  for (const [name, values] of adapted) {
    const files = [
      ...inputsOf("qwen2_vl", name),
      `${MODEL}/config.json`,
      `qwen2_vl/${folder}/adapter_config.json`,
    ];
    referenceTest(
      `${name} with the adapter of ${folder} equals the reference`,
      files,
      async () => {
        const config = configOf(MODEL, REFERENCE);
        const weights = await loadWeights(MODEL, REFERENCE);
        const adapter = await readPeft(fixturePath(`qwen2_vl/${folder}`, REFERENCE));
        const matrices = adapterTensors(adapter);
        const rows = await caseRows(cases.get(`qwen2_vl ${name}`)!, config);
        const inputs = learningInputs(config, rows);
        const { statistics, gradients } = tokenLossGradients(
          withAdapter(weights, matrices, adapter.scale),
          config,
          inputs,
          matrices,
          meanNll,
          0,
          1,
        );
        statistics.forEach(({ logProbs }, row) =>
          logProbs.forEach((x, i) => {
            const d = Math.abs(x - values.completion_logprobs[row]![i]!);
            assert.ok(d < 1e-4, `token ${i} of row ${row}: off by ${d}`);
          })
        );
        for (const [key, wanted] of Object.entries(values.adapter_grad_norms)) {
          const gradient = gradients.get(key.replace("base_model.model.", ""));
          close(norm(gradient!), wanted, 1e-3, `gradient norm of ${key}`);
        }
        tf.dispose([...weights.values(), ...matrices.values(), ...gradients.values()]);
        tf.dispose(tensorsOf(inputs));
      },
    );
  }
}
