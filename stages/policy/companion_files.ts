/** Everything of a published model folder that is not weights, where it is there. */
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

/**
 * Copies a model folder's companion files.
 *
 * @param target An existing folder.
 */
export async function copyCompanionFiles(source: string, target: string): Promise<void> {
  for (const name of COMPANION_FILES) {
    try {
      // Read and written, not copied: a file that may not be written must not stay so.
      await Deno.writeFile(`${target}/${name}`, await Deno.readFile(`${source}/${name}`));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
