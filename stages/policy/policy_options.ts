import type { PixelLimits } from "../model/qwen2_vl/image_processor.ts";

/** Settings of a policy that do not change during a run. */
export interface PolicyOptions {
  /** AdamW's constants. */
  readonly optimizer: {
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly weightDecay: number;
    /** Global L2 norm that the gradient is clipped to; 0 does not clip. */
    readonly maxGradNorm: number;
  };
  /** Leave the vision tower as it is. */
  readonly freezeVision: boolean;
  /** Limits of an image's area. Default: the model folder's, which a saved model keeps. */
  readonly pixels?: PixelLimits;
  /** Train adapters of rank `r` instead of the weights. */
  readonly lora?: {
    readonly r: number;
    readonly alpha: number;
    /** As `loraTargets` reads them. */
    readonly targetModules: readonly string[];
  };
  /** Folder of a PEFT adapter to start from, instead of a fresh one. */
  readonly adapter?: string;
  /** Base model that saved adapters name. Default: the model's folder. */
  readonly modelName?: string;
  /** Keep the model as it was opened, with its adapter, for the KL divergence. */
  readonly reference: boolean;
  /** Sequences that go through the model together in an update. */
  readonly microBatchSize: number;
  /**
   * Threads that compute, on the wasm engine: each holds a copy of the model. Results do not
   * depend on it. "auto": as cores and memory allow. Other engines use all cores by themselves
   * and have one. @default 1
   */
  readonly workers?: number | "auto";
  /** Draws the initial adapters. */
  readonly seed: number;
}
