import assert from "node:assert/strict";
import {
  checkCheckpoint,
  checkLayerCounts,
} from "../../../../stages/model/qwen2_vl/check_checkpoint.ts";
import { parseConfig } from "../../../../stages/model/qwen2_vl/config.ts";
import { expectedShapes } from "../../../../stages/model/qwen2_vl/expected_shapes.ts";
import { readFixture } from "../../../support/fixtures.ts";

const config = parseConfig(
  readFixture("qwen2_vl/tiny-untied/config.json"),
  "config.json",
);

const expected = expectedShapes(config);

function checkpoint(change: (shapes: Map<string, readonly number[]>) => void) {
  const shapes = expectedShapes(config);
  change(shapes);
  return {
    folder: "model",
    names: [...shapes.keys()],
    shape: (name: string) => shapes.get(name)!,
  };
}

Deno.test("checkCheckpoint() takes what fits, and more", () => {
  checkCheckpoint(checkpoint(() => {}), expected);
  checkCheckpoint(
    checkpoint((shapes) => shapes.set("model.rotary.inv_freq", [8])),
    expected,
  );
});

Deno.test("checkCheckpoint() names a missing parameter and a shape that does not fit", () => {
  const { hiddenSize, vocabSize } = config.text;
  assert.throws(
    () =>
      checkCheckpoint(
        checkpoint((shapes) => shapes.delete("model.norm.weight")),
        expected,
      ),
    new RegExp(
      `SyntaxError: model has no parameter "model.norm.weight".*\\[${hiddenSize}\\]`,
    ),
  );
  assert.throws(
    () =>
      checkCheckpoint(checkpoint((shapes) => shapes.delete("lm_head.weight")), expected),
    /lm_head.*tie_word_embeddings/,
  );
  const transposed = checkpoint((s) => s.set("lm_head.weight", [hiddenSize, vocabSize]));
  assert.throws(
    () => checkCheckpoint(transposed, expected),
    new RegExp(`\\[${hiddenSize},${vocabSize}\\].*\\[${vocabSize},${hiddenSize}\\]`),
  );
  const flattened = checkpoint((s) => s.set("model.norm.weight", [hiddenSize, 1]));
  assert.throws(() => checkCheckpoint(flattened, expected), SyntaxError);
});

Deno.test("checkLayerCounts() knows that the weights cannot hold 10^9 layers", () => {
  const held = checkpoint(() => {});
  checkLayerCounts(held, config);
  for (
    const [text, vision] of [
      [{ ...config.text, layers: 1e9 }, config.vision],
      [config.text, { ...config.vision, depth: 1e15 }],
    ] as const
  ) {
    assert.throws(
      () => checkLayerCounts(held, { text, vision }),
      /SyntaxError: model: config\.json has .* 10{9,15}.* hold only \d+ parameters/,
    );
  }
});

Deno.test("checkCheckpoint() refuses gigabytes that config.json does not ask for", () => {
  const more = checkpoint((shapes) => shapes.set("x", [2 ** 30]));
  assert.throws(
    () => checkCheckpoint(more, expected),
    /SyntaxError: model has parameters .*"x", of 4294967296 bytes: fetch both again/,
  );
});
