/**
 * A parameter's or module's name as the published checkpoints write it: `visual.…`,
 * `model.layers.…`, `lm_head.weight`. Newer tools write `model.visual.…` and
 * `model.language_model.…`; a published name is returned as it is.
 *
 * @example
 * ```ts
 * import { publishedName } from "./parameter_names.ts";
 *
 * publishedName("model.language_model.layers.0.mlp.up_proj.weight");
 * // "model.layers.0.mlp.up_proj.weight"
 * ```
 */
export function publishedName(name: string): string {
  if (name.startsWith("model.visual.")) return name.slice("model.".length);
  if (name.startsWith("model.language_model.")) {
    return "model." + name.slice("model.language_model.".length);
  }
  return name;
}

/** The opposite of {@linkcode publishedName}: what newer tools call a published name. */
export function newerName(name: string): string {
  if (name.startsWith("visual.")) return "model." + name;
  if (name.startsWith("model.")) {
    return "model.language_model." + name.slice("model.".length);
  }
  return name;
}
