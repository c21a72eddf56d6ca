import * as tf from "@tensorflow/tfjs";
import assert from "node:assert/strict";
import type { RgbImage } from "../../../data/pictures/image.ts";
import type { Question } from "../../../data/questions/question.ts";
import { stream } from "../../../data/random.ts";
import { exerciseBlock, presenceBlock } from "../../../pipeline/pretrain/block.ts";
import { modelConfig, modelFiles } from "../../../pipeline/pretrain/model_files.ts";
import { packBlocks } from "../../../pipeline/pretrain/pack_blocks.ts";
import { tokenKinds } from "../../../pipeline/pretrain/token_targets.ts";
import {
  CHAT_TEMPLATE,
  tokenizerConfig,
  tokenizerJson,
} from "../../../pipeline/pretrain/tokenizer_json.ts";
import { vocabulary } from "../../../pipeline/pretrain/vocabulary.ts";
import { compileChat } from "../../../stages/model/chat/chat.ts";
import type { Grid } from "../../../stages/model/qwen2_vl/mrope.ts";
import { encodePrompt } from "../../../stages/model/prompt_tokens.ts";
import { parseConfig } from "../../../stages/model/qwen2_vl/config.ts";
import { parsePreprocessor } from "../../../stages/model/qwen2_vl/image_processor.ts";
import { initialWeights } from "../../../stages/model/qwen2_vl/initial_weights.ts";
import {
  packedAttention,
  textInputs,
  textTower,
} from "../../../stages/model/qwen2_vl/text.ts";
import { visionInputs, visionTower } from "../../../stages/model/vision_tower.ts";
import { createTokenizer } from "../../../stages/model/tokenizer/tokenizer.ts";
import { startTestBackend } from "../../support/test_backend.ts";

await startTestBackend();

const words = vocabulary(["cat", "dog", "Detect all objects of category '"]);
const kinds = tokenKinds(words);
const files = modelFiles(words);
const tools = {
  config: parseConfig(modelConfig(words), "config.json"),
  tokenizer: createTokenizer(tokenizerJson(words), tokenizerConfig(words), "tokenizer"),
  chat: compileChat(CHAT_TEMPLATE, {}, "tokenizer_config.json"),
  preprocessor: parsePreprocessor(
    JSON.parse(files.get("preprocessor_config.json")!),
    "preprocessor_config.json",
  ),
};
const next = stream(3);
const image: RgbImage = {
  width: 96,
  height: 96,
  data: Uint8Array.from({ length: 96 * 96 * 3 }, () => next() * 256),
};
const exercises = [
  {
    prompt: "Detect all objects of category 'cat'",
    answer: "<think>cat</think><answer>[{'Position': [10, 20, 300, 400], " +
      "'Confidence': 0.35}]</answer>",
    coordinates: [12, 18, 301, 404],
  },
  {
    prompt: "Detect all objects of category 'dog'",
    answer: "<think>cat</think><answer>No Objects</answer>",
    coordinates: [],
  },
];
const blocks = exercises.map((exercise) => exerciseBlock(exercise, words, kinds));

Deno.test("an exercise's tokens are the prompt's line and the answer with its end", () => {
  const { tokens, targets } = blocks[1]!;
  assert.deepEqual(
    tokens,
    tools.tokenizer.encode(
      "Detect all objects of category 'dog'\n" +
        "<think>cat</think><answer>No Objects</answer><|im_end|>",
    ),
  );
  assert.deepEqual(
    targets.map((target) => target && [target.kind, target.weight]),
    [
      ...Array(4).fill(undefined), // the prompt
      ...Array(4).fill(["text", 1]), // <think>cat</think><answer>
      ["presence", 4],
      ...Array(2).fill(["text", 1]), // </answer> and the end
    ],
  );
});

Deno.test("an answer with other coordinates than it was told is refused", () => {
  const wrong = { ...exercises[0]!, coordinates: [1, 2, 3] };
  assert.throws(() => exerciseBlock(wrong, words, kinds), {
    name: "RangeError",
    message: /has 4 coordinate tokens, not 3/,
  });
});

Deno.test("a packed block is seen as if its question were the only one", () => {
  const loose = presenceBlock(exercises[1]!, words, kinds);
  const packed = packBlocks([blocks, blocks.slice(1)], [loose, loose], 6, words);
  const weights = initialWeights(tools.config, 1);
  const { learntSlots, targets, kinds: kindOf } = packed;
  tf.tidy(() => {
    const alone = encodePrompt(question(exercises[1]!.prompt), tools);
    const pixels = tf.tensor2d(alone.images[0]!.pixelValues, [144, 384]);
    const grid = alone.images[0]!.grid;
    const features = (pixels: tf.Tensor2D, grids: readonly Grid[]) =>
      visionTower(weights, tools.config, visionInputs(tools.config, pixels, grids));
    const hidden = textTower(
      weights,
      tools.config,
      textInputs(tools.config, packed),
      packedAttention({
        ...packed,
        mask: tf.tensor3d(packed.mask, [packed.rows, packed.length, packed.length]),
      }),
      features(tf.concat([pixels, pixels]), [grid, grid]),
    );
    // The first learnt place of the second block: the prompt's last token.
    const second = blocks[0]!.targets.filter((target) => target !== undefined).length;
    const mine = tf.gather(hidden, [learntSlots[second]!]).dataSync();

    const n = alone.tokenIds.length;
    const causal = tf.mul(tf.sub(1, tf.linalg.bandPart(tf.ones([n, n]), -1, 0)), -1e9);
    const reference = textTower(
      weights,
      tools.config,
      textInputs(tools.config, {
        tokenIds: Int32Array.from(alone.tokenIds),
        positions: alone.positions,
        imageSlots: Int32Array.from({ length: 36 }, (_, i) => 1 + i),
      }),
      packedAttention({ rows: 1, length: n, mask: causal.expandDims(0) as tf.Tensor3D }),
      features(pixels, [grid]),
    );
    const theirs = tf.slice(reference as tf.Tensor2D, [n - 1, 0], [1, -1]).dataSync();
    mine.forEach((value, i) => assert.ok(Math.abs(value - theirs[i]!) < 1e-4));
  });
  tf.dispose([...weights.values()]);

  const rowOf = (i: number) => targets.subarray(i * words.size, (i + 1) * words.size);
  learntSlots.forEach((_, i) => {
    assert.ok(Math.abs(rowOf(i).reduce((a, b) => a + b) - 1) < 1e-5);
  });
  // The loose blocks come last, each with one learnt token: whether it is there.
  assert.deepEqual([...kindOf.slice(packed.learntAfterPictures)], [1, 1]);
});

Deno.test("loose blocks fill what is left and no more", () => {
  const loose = presenceBlock(exercises[1]!, words, kinds); // nine tokens, against eighteen
  const many = Array.from({ length: 50 }, () => loose);
  const packed = packBlocks([blocks, blocks.slice(1)], many, 6, words);
  assert.equal(packed.rows, 2);
  assert.equal(packed.learntSlots.length - packed.learntAfterPictures, 2);
});

function question(prompt: string): Question {
  const target = { kind: "classification", label: "" } as const;
  return { id: "q", images: [image], prompt, target };
}
