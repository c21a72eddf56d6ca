/**
 * The shapes that benchmarks measure a GRPO step at: the one place that tells their parameters.
 *
 * @module
 */

/** A model, and what a step of it does. */
export interface Shape {
  readonly about: string;
  /** config.json of a made checkpoint; absent for the embedded model. */
  readonly form?: Form;
  /** Questions in a step, each with one square image. */
  readonly questions: number;
  /** Completions a question, G. */
  readonly numGenerations: number;
  /** Tokens of an image: a square number. */
  readonly visualTokens: number;
  /** Other tokens of a prompt. */
  readonly textTokens: number;
  /** Tokens of a completion: none ends early. */
  readonly newTokens: number;
  /** Questions of the evaluation, each with one greedy answer. */
  readonly evaluated: number;
  /** Rank of LoRA; 0 trains all weights. */
  readonly loraR: number;
  /** The layers that LoRA adapts. Default: the setting's. */
  readonly loraTargetModules?: readonly string[];
}

/** The keys of a config.json that checkpoints are made from. */
export interface Form {
  readonly image_token_id: number;
  readonly vocab_size: number;
  readonly vision_config: {
    readonly patch_size: number;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** Ids of Qwen2-VL's special tokens, behind a vocabulary of `words`. */
function specialIds(words: number) {
  return {
    bos_token_id: words,
    eos_token_id: words + 2,
    vision_start_token_id: words + 9,
    vision_end_token_id: words + 10,
    vision_token_id: words + 11,
    image_token_id: words + 12,
    video_token_id: words + 13,
  };
}

/** config.json of Qwen2-VL-2B-Instruct, as published (the keys that are read). */
const TWO_BILLION: Form = {
  architectures: ["Qwen2VLForConditionalGeneration"],
  model_type: "qwen2_vl",
  ...specialIds(151643),
  hidden_act: "silu",
  hidden_size: 1536,
  intermediate_size: 8960,
  num_attention_heads: 12,
  num_hidden_layers: 28,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1e6,
  use_sliding_window: false,
  tie_word_embeddings: true,
  vision_config: {
    depth: 32,
    embed_dim: 1280,
    mlp_ratio: 4,
    num_heads: 16,
    in_chans: 3,
    hidden_size: 1536,
    patch_size: 14,
    spatial_merge_size: 2,
    spatial_patch_size: 14,
    temporal_patch_size: 2,
  },
  rope_scaling: { type: "mrope", mrope_section: [16, 24, 24] },
  vocab_size: 151936,
};

/** The same with a tenth of the parameters and all of the vocabulary. */
const TENTH: Form = {
  ...TWO_BILLION,
  hidden_size: 768,
  intermediate_size: 2560,
  num_attention_heads: 6,
  num_hidden_layers: 10,
  vision_config: {
    ...TWO_BILLION.vision_config,
    depth: 8,
    embed_dim: 640,
    num_heads: 8,
    hidden_size: 768,
  },
};

/** 33 million parameters, with patches as small as the embedded model's. */
const SMALL: Form = {
  ...TWO_BILLION,
  ...specialIds(7936),
  hidden_size: 512,
  intermediate_size: 1536,
  num_attention_heads: 8,
  num_hidden_layers: 8,
  rope_theta: 10_000,
  vision_config: {
    ...TWO_BILLION.vision_config,
    depth: 4,
    embed_dim: 256,
    num_heads: 4,
    hidden_size: 512,
    patch_size: 8,
    spatial_patch_size: 8,
  },
  rope_scaling: { type: "mrope", mrope_section: [8, 12, 12] },
  vocab_size: 8000,
};

/** The dense layers of the language model. */
const ALL_LAYERS = [
  ...["q_proj", "k_proj", "v_proj", "o_proj"],
  ...["gate_proj", "up_proj", "down_proj"],
];

const SHORT = {
  numGenerations: 8,
  visualTokens: 49,
  textTokens: 22,
  newTokens: 24,
  evaluated: 16,
};
const ONE_PICTURE = {
  questions: 1,
  numGenerations: 2,
  visualTokens: 256,
  textTokens: 198,
  newTokens: 16,
  evaluated: 1,
  loraR: 16,
};

/** Every shape by name. */
export const SHAPES = {
  A: {
    about: "the embedded model of 1.4 million parameters",
    ...SHORT,
    questions: 4,
    loraR: 0,
  },
  B: { about: "33 million parameters", form: SMALL, ...SHORT, questions: 2, loraR: 0 },
  C: {
    about: "B with LoRA 16",
    form: SMALL,
    ...SHORT,
    questions: 2,
    loraR: 16,
    loraTargetModules: ALL_LAYERS,
  },
  D: {
    about: "C with images and answers as long as the paper's",
    form: SMALL,
    questions: 2,
    numGenerations: 8,
    visualTokens: 400,
    textTokens: 22,
    newTokens: 64,
    evaluated: 16,
    loraR: 16,
    loraTargetModules: ALL_LAYERS,
  },
  "2B": { about: "Qwen2-VL-2B's form with LoRA 16", form: TWO_BILLION, ...ONE_PICTURE },
  "0.2B": { about: "a tenth of Qwen2-VL-2B with LoRA 16", form: TENTH, ...ONE_PICTURE },
} as const satisfies Readonly<Record<string, Shape>>;

/** The name of a shape. */
export type ShapeName = keyof typeof SHAPES;

/** A shape by name. */
export function shapeOf(name: string): Shape {
  if (Object.hasOwn(SHAPES, name)) return SHAPES[name as ShapeName];
  throw new TypeError(
    `There is no shape ${JSON.stringify(name)}: choose from ${
      Object.keys(SHAPES).join(", ")
    }`,
  );
}
