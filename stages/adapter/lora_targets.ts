import { newerName } from "../model/safetensors/parameter_names.ts";
import { withinTime } from "../within_time.ts";

/** Most seconds for matching all names of a model; a usual expression takes 0.01. */
const SECONDS = 2;

/** A parameter that may belong to a dense layer. */
export interface NamedShape {
  /** Published name; that of a layer's matrix ends with `.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * The dense layers that patterns name, by published name and in the parameters' order:
 *
 * - `q_proj` or `self_attn.q_proj`: layers of this name, or whose name ends in it after a dot,
 *   as in PEFT. `*` stands for anything but a dot: `layers.*.self_attn.q_proj`.
 * - `all-linear`: every dense layer but the head.
 * - `/REGEX/`: layers whose whole name the regular expression matches, as for a string that
 *   PEFT is given.
 *
 * A name counts in either naming, `model.layers.…` or `model.language_model.layers.…`.
 *
 * @param freezeVision Leave out the layers of the vision tower.
 * @throws {RangeError} If a pattern names nothing, or something that is not a dense layer, or
 * takes more than 2 s.
 *
 * @example
 * ```ts
 * import { loraTargets } from "./lora_targets.ts";
 *
 * const parameters = [0, 1, 2].map((i) => (
 *   { name: `model.layers.${i}.self_attn.q_proj.weight`, shape: [8, 8] }
 * ));
 * loraTargets(parameters, ["q_proj"]).length; // 3
 * loraTargets(parameters, ["layers.1.*.q_proj"]); // ["model.layers.1.self_attn.q_proj"]
 * ```
 */
export function loraTargets(
  parameters: Iterable<NamedShape>,
  patterns: readonly string[],
  freezeVision = false,
): string[] {
  const layers = [...parameters].filter(({ name }) => name.endsWith(".weight"))
    .map(({ name, shape }) => {
      const module = name.slice(0, -".weight".length);
      return { module, dense: shape.length === 2 && module !== EMBEDDING };
    });
  const named = new Set<string>();
  for (const pattern of patterns) {
    const matches = matcher(pattern);
    const found = pattern === ALL_LINEAR
      ? layers.filter(({ module, dense }) => dense && module !== HEAD)
      : quickly(pattern, () => layers.filter(({ module }) => matches(module)));
    const other = found.find(({ dense }) => !dense);
    if (other !== undefined) {
      throw new RangeError(
        `loraTargetModules ${pattern} also names ${other.module}, which is not a dense ` +
          "layer: name more of the path, as in attn.proj",
      );
    }
    if (found.length === 0) {
      throw new RangeError(
        `loraTargetModules ${pattern} names no layer of the model: use names such as ` +
          "q_proj, layers.*.self_attn.v_proj, all-linear, or a regular expression between slashes",
      );
    }
    for (const { module } of found) named.add(module);
  }
  const targets = layers.map(({ module }) => module)
    .filter((module) => named.has(module) && !(freezeVision && isVision(module)));
  if (targets.length === 0) {
    throw new RangeError(
      `loraTargetModules ${patterns.join(",")} names no layer outside of the vision ` +
        "tower, which freezeVision leaves as it is: name others, or leave one of them out",
    );
  }
  return targets;
}

const ALL_LINEAR = "all-linear", EMBEDDING = "model.embed_tokens", HEAD = "lm_head";

/** Whether a module, by published name, is part of the vision tower. */
export function isVision(module: string): boolean {
  return module.startsWith("visual.");
}

function matcher(pattern: string): (module: string) => boolean {
  const source = /^\/(.*)\/$/s.exec(pattern)?.[1];
  const escaped = pattern.replace(/[\\^$.|?+()[\]{}]/g, "\\$&").replaceAll("*", "[^.]*");
  const text = source === undefined ? `^(?:.*\\.)?${escaped}$` : `^(?:${source})$`;
  let regex: RegExp;
  try {
    regex = new RegExp(text, "u");
  } catch (cause) {
    throw new RangeError(
      `loraTargetModules ${pattern} is not a regular expression (${
        (cause as Error).message
      }): correct it, or remove the slashes for a plain name`,
      { cause },
    );
  }
  return (module) => regex.test(module) || regex.test(newerName(module));
}

/** A regular expression can take exponential time. */
function quickly<T>(pattern: string, match: () => T): T {
  try {
    return withinTime(SECONDS, match);
  } catch (cause) {
    throw new RangeError(
      `loraTargetModules ${pattern} cannot be compared with the model's layers (${
        (cause as Error).message
      }): use one without repetitions inside repetitions`,
      { cause },
    );
  }
}

/**
 * What adapter_config.json calls the adapted layers, so that PEFT adapts these and no others,
 * under either naming: the last part of a name if all layers that end with it are
 * adapted, else the name from `layers.` or `visual.` on.
 *
 * @param adapted Published names of the adapted layers.
 * @param modules Published names of layers of every kind. Default: the adapted ones.
 */
export function peftTargets(
  adapted: Iterable<string>,
  modules?: Iterable<string>,
): string[] {
  const chosen = new Set(adapted);
  const last = (module: string) => module.split(".").at(-1)!;
  const whole = new Set([...chosen].map(last));
  // PEFT would take a block, `layers.0`, for a layer called "0".
  for (const part of whole) if (/^\d+$/.test(part)) whole.delete(part);
  for (const module of modules ?? []) if (!chosen.has(module)) whole.delete(last(module));
  const names = [...chosen].map((module) =>
    whole.has(last(module)) ? last(module) : module.replace(/^model\./, "")
  );
  return [...new Set(names)].sort();
}
