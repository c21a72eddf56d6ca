import {
  byteVocabulary,
  CHAT_TEMPLATE,
  tokenizerConfig,
  tokenizerJson,
} from "./tokenizer_json.ts";
import { COORDINATE_STEP, type Vocabulary } from "./vocabulary.ts";

/** Side of the images that the embedded model sees, in pixels. */
export const IMAGE_SIDE = 96;

/** config.json of the embedded model, in the published flat form: 1.4 M parameters. */
export function modelConfig(vocabulary: Vocabulary): Record<string, unknown> {
  const { id } = vocabulary;
  return {
    architectures: ["Qwen2VLForConditionalGeneration"],
    attention_dropout: 0,
    bos_token_id: id("<|endoftext|>"),
    eos_token_id: id("<|im_end|>"),
    vision_start_token_id: id("<|vision_start|>"),
    vision_end_token_id: id("<|vision_end|>"),
    vision_token_id: id("<|vision_pad|>"),
    image_token_id: id("<|image_pad|>"),
    video_token_id: id("<|video_pad|>"),
    hidden_act: "silu",
    hidden_size: 128,
    initializer_range: 0.02,
    intermediate_size: 352,
    max_position_embeddings: 1024,
    max_window_layers: 4,
    model_type: "qwen2_vl",
    num_attention_heads: 4,
    num_hidden_layers: 4,
    num_key_value_heads: 2,
    rms_norm_eps: 1e-6,
    // M-RoPE gives width the lowest frequencies: with a large theta a 6 x 6 grid is
    // nearly invisible to it.
    rope_theta: 10,
    sliding_window: 1024,
    tie_word_embeddings: true,
    torch_dtype: "float32",
    use_cache: true,
    use_sliding_window: false,
    vision_config: {
      depth: 3,
      embed_dim: 96,
      mlp_ratio: 4,
      num_heads: 3,
      in_chans: 3,
      hidden_size: 128,
      patch_size: 8,
      spatial_merge_size: 2,
      spatial_patch_size: 8,
      temporal_patch_size: 2,
    },
    rope_scaling: { type: "mrope", mrope_section: [4, 6, 6] },
    vocab_size: vocabulary.size,
  };
}

/** Everything in the model's folder that is not weights, as text by file name. */
export function modelFiles(vocabulary: Vocabulary): ReadonlyMap<string, string> {
  const pad = vocabulary.id("<|endoftext|>"), end = vocabulary.id("<|im_end|>");
  const json = (value: unknown) => JSON.stringify(value, null, 1) + "\n";
  return new Map([
    ["config.json", json(modelConfig(vocabulary))],
    [
      "generation_config.json",
      json({
        bos_token_id: pad,
        pad_token_id: pad,
        do_sample: false,
        eos_token_id: [end, pad],
        repetition_penalty: 1,
      }),
    ],
    [
      "preprocessor_config.json",
      json({
        min_pixels: 64 * 64,
        max_pixels: IMAGE_SIDE * IMAGE_SIDE,
        patch_size: 8,
        temporal_patch_size: 2,
        merge_size: 2,
        image_mean: [0.48145466, 0.4578275, 0.40821073],
        image_std: [0.26862954, 0.26130258, 0.27577711],
        image_processor_type: "Qwen2VLImageProcessor",
        processor_class: "Qwen2VLProcessor",
      }),
    ],
    ["tokenizer.json", JSON.stringify(tokenizerJson(vocabulary)) + "\n"],
    ["tokenizer_config.json", json(tokenizerConfig(vocabulary))],
    ["chat_template.json", json({ chat_template: CHAT_TEMPLATE })],
    ["vocab.json", JSON.stringify(byteVocabulary(vocabulary)) + "\n"],
    ["merges.txt", "#version: 0.2\n"],
    ["visual_rft.json", json({ prompts: "short", coordinateStep: COORDINATE_STEP })],
  ]);
}
