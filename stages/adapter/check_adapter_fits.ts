import type { LoraAdapter } from "./peft.ts";
import type { Checkpoint } from "../model/safetensors/checkpoint.ts";

/**
 * Compares an adapter's layers with a model's.
 *
 * @param where The adapter's folder, for messages.
 * @throws {SyntaxError} Names the first layer that the model lacks or has in another shape.
 */
export function checkAdapterFits(
  { modules }: Pick<LoraAdapter, "modules">,
  { folder, names, shape }: Pick<Checkpoint, "folder" | "names" | "shape">,
  where: string,
): void {
  const known = new Set(names);
  for (const [module, { inputs, outputs }] of modules) {
    const name = `${module}.weight`;
    if (!known.has(name)) {
      const remedy = module === "lm_head"
        ? "its head is tied to the embedding; train an adapter without lm_head"
        : "use the model that the adapter was trained on (base_model_name_or_path in " +
          "adapter_config.json)";
      throw new SyntaxError(
        `${where} adapts ${module}, which ${folder} lacks: ${remedy}`,
      );
    }
    const has = shape(name);
    if (has.length === 2 && has[0] === outputs && has[1] === inputs) continue;
    throw new SyntaxError(
      `${where} adapts ${module} of shape [${outputs},${inputs}], but in ${folder} it has ` +
        `[${has}]: use the model that the adapter was trained on`,
    );
  }
}
