import assert from "node:assert/strict";
import type { Question } from "../../../../data/questions/question.ts";
import { modelCases, modelFamilies, realTokens } from "../../../support/model_case.ts";
import { configOf } from "../../../support/model_case.ts";
import { fixturePath, readFixture } from "../../../support/fixtures.ts";
import { startTestBackend } from "../../../support/test_backend.ts";
import { openPolicy } from "../../../../stages/policy/open_policy.ts";
import { expectedShapes } from "../../../../stages/model/qwen2_5_vl/expected_shapes.ts";
import {
  parsePreprocessor,
  processImage,
} from "../../../../stages/model/qwen2_vl/image_processor.ts";
import { mropePositions } from "../../../../stages/model/qwen2_vl/mrope.ts";
import { openCheckpoint } from "../../../../stages/model/safetensors/checkpoint.ts";
import { openSafetensors } from "../../../../stages/model/safetensors/open.ts";

// The model itself is compared in qwen2_vl/reference_test.ts, with the other family.
const there = modelFamilies().includes("qwen2_5_vl");
const PLACE = "qwen2_5_vl/expected", MODEL = "qwen2_5_vl/tiny-untied";

interface Positions {
  /** [3][rows][tokens] */
  readonly position_ids: readonly (readonly (readonly number[])[])[];
  readonly rope_deltas: readonly number[];
}

Deno.test({
  name: "pictures of Qwen2.5-VL have the reference's pixel values",
  ignore: !there,
  async fn() {
    const pictures = await openSafetensors(
      fixturePath(`${PLACE}/images_u8.safetensors`),
    );
    const values = await openSafetensors(
      fixturePath(`${PLACE}/pixel_values.safetensors`),
    );
    const path = `${MODEL}/preprocessor_config.json`;
    const preprocessor = parsePreprocessor(readFixture(path), path);
    assert.ok(values.tensors.size > 0);
    for (const name of values.tensors.keys()) {
      const [height, width] = pictures.tensors.get(`${name}__rgb`)!.shape;
      const data = await pictures.readBytes(`${name}__rgb`);
      const { pixelValues } = processImage(
        { width: width!, height: height!, data },
        preprocessor,
      );
      const wanted = await values.read(name);
      assert.equal(pixelValues.length, wanted.length);
      pixelValues.forEach((x, i) =>
        assert.ok(Math.abs(x - wanted[i]!) < 1e-5, `${name}[${i}]`)
      );
    }
    pictures.close();
    values.close();
  },
});

Deno.test({
  name: "positions of Qwen2.5-VL's tokens are the reference's",
  ignore: !there,
  fn() {
    const config = configOf(MODEL);
    for (const example of modelCases("qwen2_5_vl")) {
      const { position_ids, rope_deltas } = readFixture<Positions>(
        `${PLACE}/${example.name}.json`,
      );
      const grids = [...example.image_grid_thw];
      example.rows.forEach(({ image_names }, row) => {
        const real = realTokens(example.attention_mask[row]!);
        const ids = real.map((i) => example.input_ids[row]![i]!);
        const own = grids.splice(0, image_names.length);
        const { positions, delta } = mropePositions(ids, own, config);
        const wanted = position_ids.flatMap((axis) => real.map((i) => axis[row]![i]!));
        assert.deepEqual([...positions], wanted);
        assert.equal(delta, rope_deltas[row]);
      });
    }
  },
});

for (const folder of [MODEL, `${MODEL}-newnames-sharded`]) {
  Deno.test({
    name: `expectedShapes() names every parameter of ${folder}, and no other`,
    ignore: !there,
    async fn() {
      const checkpoint = await openCheckpoint(fixturePath(folder));
      assert.deepEqual(
        Object.fromEntries(expectedShapes(configOf(folder))),
        Object.fromEntries(
          checkpoint.names.map((name) => [name, checkpoint.shape(name)]),
        ),
      );
      checkpoint.close();
    },
  });
}

Deno.test({
  name: "a Qwen2.5-VL policy samples, learns, and states boxes in pixels that it sees",
  ignore: !there,
  async fn() {
    await startTestBackend();
    const policy = await openPolicy(fixturePath(MODEL), {
      optimizer: {
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-8,
        weightDecay: 0,
        maxGradNorm: 1,
      },
      freezeVision: false,
      reference: true,
      microBatchSize: 0,
      seed: 3,
    });
    const side = 44;
    const question: Question = {
      id: "q",
      images: [{
        width: side,
        height: side - 10,
        data: Uint8Array.from({ length: side * (side - 10) * 3 }, (_, i) => i % 251),
      }],
      prompt: "What is it?",
      target: { kind: "classification", label: "cat" },
    };
    // 34 x 44 in multiples of 8, an eighth rounded to even: 32 x 48 (44 / 8 = 5.5 -> 6)
    assert.deepEqual(policy.frameOf!(question), {
      kind: "pixels",
      width: 48,
      height: 32,
    });
    const [group] = await policy.sample([question], {
      numGenerations: 2,
      temperature: 1,
      topK: 0,
      topP: 1,
      maxCompletionLength: 5,
      seed: 1,
      step: 1,
    });
    assert.deepEqual(group![0]!.frame, policy.frameOf!(question));
    const step = () =>
      policy.update(
        group!.map(({ tokenIds }) => ({ question, tokenIds })),
        (statistics) => ({
          loss: -statistics.flatMap(({ logProbs }) => logProbs)
            .reduce((a, b) => a + b, 0),
          gradients: statistics.map(({ logProbs }) => logProbs.map(() => -1)),
        }),
        { learningRate: 1e-2, temperature: 1, reference: true },
      );
    const before = await step(), after = await step();
    assert.ok(after.loss < before.loss - 0.1, `${before.loss}, then ${after.loss}`);
    for (const { logProbs, referenceLogProbs } of before.statistics) {
      logProbs.forEach((x, t) => assert.ok(Math.abs(x - referenceLogProbs![t]!) < 1e-4));
    }
    policy.dispose();
  },
});
