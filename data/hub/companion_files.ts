/** What a published model folder holds beside its weights, if it is there. */
export const COMPANION_FILES: readonly string[] = [
  "config.json",
  "generation_config.json",
  "preprocessor_config.json",
  "processor_config.json",
  "video_preprocessor_config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "vocab.json",
  "merges.txt",
  "added_tokens.json",
  "special_tokens_map.json",
  "chat_template.json",
  "chat_template.jinja",
  "visual_rft.json",
];
