import { SPECIAL_TOKENS, type Vocabulary } from "./vocabulary.ts";

/** Splits text before byte-level BPE, as Qwen2's tokenizer does. */
const QWEN2_PATTERN =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/**
 * The chat template of short prompts: images and text as they come, a line break after each
 * user's turn and `<|im_end|>` after each answer; no roles and no system prompt.
 */
export const CHAT_TEMPLATE = "{% for message in messages %}" +
  "{% if message['content'] is string %}{{ message['content'] }}{% else %}" +
  "{% for content in message['content'] %}" +
  "{% if content['type'] == 'image' or 'image' in content or 'image_url' in content %}" +
  "<|vision_start|><|image_pad|><|vision_end|>" +
  "{% elif 'text' in content %}{{ content['text'] }}{% endif %}{% endfor %}{% endif %}" +
  "{% if message['role'] == 'assistant' %}<|im_end|>{% endif %}" +
  "{{ '\n' }}{% endfor %}"; // a bare line break after a block would be trimmed

/**
 * tokenizer.json: byte-level BPE without merges, and every other token an added one, so that
 * any text encodes and the longest piece wins. Python's tokenizers and transformers and
 * `@huggingface/tokenizers` read it.
 */
export function tokenizerJson(vocabulary: Vocabulary): Record<string, unknown> {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: vocabulary.added.map((content, i) => ({
      id: vocabulary.bytes.length + i,
      ...addedToken(content),
    })),
    normalizer: { type: "NFC" },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        {
          type: "Split",
          pattern: { Regex: QWEN2_PATTERN },
          behavior: "Isolated",
          invert: false,
        },
        { ...byteLevel, use_regex: false },
      ],
    },
    post_processor: { ...byteLevel, use_regex: false },
    decoder: {
      type: "ByteLevel",
      add_prefix_space: true,
      trim_offsets: true,
      use_regex: true,
    },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: byteVocabulary(vocabulary),
      merges: [],
    },
  };
}

/** tokenizer_config.json, with the chat template. */
export function tokenizerConfig(vocabulary: Vocabulary): Record<string, unknown> {
  return {
    add_prefix_space: false,
    added_tokens_decoder: Object.fromEntries(
      vocabulary.added.map((content, i) => [
        String(vocabulary.bytes.length + i),
        addedToken(content),
      ]),
    ),
    additional_special_tokens: SPECIAL_TOKENS.slice(1),
    bos_token: null,
    chat_template: CHAT_TEMPLATE,
    clean_up_tokenization_spaces: false,
    eos_token: "<|im_end|>",
    errors: "replace",
    model_max_length: 1024,
    pad_token: "<|endoftext|>",
    padding_side: "left",
    split_special_tokens: false,
    tokenizer_class: "Qwen2Tokenizer",
    unk_token: null,
  };
}

/** vocab.json: the byte tokens, which are all that the BPE model itself knows. */
export function byteVocabulary(vocabulary: Vocabulary): Record<string, number> {
  return Object.fromEntries(vocabulary.bytes.map((character, id) => [character, id]));
}

function addedToken(content: string) {
  return {
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: (SPECIAL_TOKENS as readonly string[]).includes(content),
  };
}
