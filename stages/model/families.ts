import type { ModelType, Qwen2VlConfig } from "./qwen2_vl/config.ts";
import { parseConfig as parseQwen2Vl } from "./qwen2_vl/config.ts";
import { expectedShapes as shapesOfQwen2Vl } from "./qwen2_vl/expected_shapes.ts";
import { vision as visionOfQwen2Vl, type VisionParts } from "./qwen2_vl/vision.ts";
import { parseConfig as parseQwen25Vl } from "./qwen2_5_vl/config.ts";
import { expectedShapes as shapesOfQwen25Vl } from "./qwen2_5_vl/expected_shapes.ts";
import { vision as visionOfQwen25Vl } from "./qwen2_5_vl/vision.ts";
import { quoted } from "../../data/short_text.ts";

/**
 * What differs between families of models. All else is Qwen2-VL's: image processor, positions,
 * text decoder, and everything built on them.
 */
export interface Family {
  /** Reads config.json; `where` is the file's name, for messages. */
  parseConfig(json: unknown, where: string): Qwen2VlConfig;
  /** Every parameter's shape by its published name. */
  expectedShapes(config: Qwen2VlConfig): Map<string, readonly number[]>;
  /** The parts of `visionTower` that differ. */
  readonly vision: VisionParts;
}

/** The families, by `model_type` of config.json. */
export const FAMILIES: Readonly<Record<ModelType, Family>> = {
  qwen2_vl: {
    parseConfig: parseQwen2Vl,
    expectedShapes: shapesOfQwen2Vl,
    vision: visionOfQwen2Vl,
  },
  qwen2_5_vl: {
    parseConfig: parseQwen25Vl,
    expectedShapes: shapesOfQwen25Vl,
    vision: visionOfQwen25Vl,
  },
};

/**
 * The family that a config.json belongs to; Qwen2-VL if it names none.
 *
 * @param where The file's name, for messages.
 * @throws {SyntaxError} If it names another: says which there are.
 *
 * @example
 * ```ts
 * import { FAMILIES, familyOf } from "./families.ts";
 *
 * familyOf({ model_type: "qwen2_5_vl" }, "config.json") === FAMILIES.qwen2_5_vl; // true
 * ```
 */
export function familyOf(json: unknown, where: string): Family {
  const type = (json as { readonly model_type?: unknown } | null)?.model_type;
  if (type === undefined) return FAMILIES.qwen2_vl;
  if (typeof type === "string" && Object.hasOwn(FAMILIES, type)) {
    return FAMILIES[type as ModelType];
  }
  throw new SyntaxError(
    `${where}: model_type is ${quoted(type)}; models of type ${
      Object.keys(FAMILIES).join(" and ")
    } can be read`,
  );
}
