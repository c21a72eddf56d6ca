/**
 * Qwen2-VL in TensorFlow.js: the forward pass as functions of named parameters.
 *
 * @module
 */
export { type Adapter, dense, parameter, type Weights } from "./weights.ts";
export { mergePatches, patchFeatures, visionTower } from "./vision_tower.ts";
export { type Packed, textTower } from "./qwen2_vl/text.ts";
export { initialWeights } from "./qwen2_vl/initial_weights.ts";
export { logits, outputHead } from "./qwen2_vl/output_head.ts";
