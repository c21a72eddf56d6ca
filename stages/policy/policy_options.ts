import type { PixelLimits } from "../model/qwen2_vl/image_processor.ts";

/** Settings of a policy that do not change during a run. */
export interface PolicyOptions {
  /** AdamW's constants. */
  readonly optimizer: {
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly weightDecay: number;
    /** Global L2 norm that the gradient is clipped to; 0 leaves it. */
    readonly maxGradNorm: number;
  };
  /** Leave the vision tower as it is. */
  readonly freezeVision: boolean;
  /** In place of the folder's; a saved model's folder keeps the folder's own. */
  readonly pixels?: PixelLimits;
  /** Train adapters of rank `r` instead of the weights. */
  readonly lora?: {
    readonly r: number;
    readonly alpha: number;
    /** As `loraTargets` reads them. */
    readonly targetModules: readonly string[];
  };
  /** Folder of a PEFT adapter to start from and train, in place of a fresh one. */
  readonly adapter?: string;
  /** What saved adapters call the model that they belong to; absent: its folder. */
  readonly modelName?: string;
  /** Keep the model as it was given, with its adapter, for the KL divergence. */
  readonly reference: boolean;
  /** Sequences that go through the model together in an update. */
  readonly microBatchSize: number;
  /** Draws the initial adapters. */
  readonly seed: number;
}
