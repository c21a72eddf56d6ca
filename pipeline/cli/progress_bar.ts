import type { StepRecord } from "../run_folder/metrics.ts";
import { type Bar, newBar } from "./bar.ts";

/** A run's progress for people. */
export interface ProgressBar extends Pick<Bar, "stop"> {
  /** Shows a step that is done. */
  show(record: StepRecord): void;
}

/** The figures that a bar shows, if a step has them, and what it calls them. */
const SHOWN = {
  reward: "reward",
  "rewards/accuracy/mean": "accuracy",
  "rewards/iou/mean": "IoU",
  "rewards/similarity/mean": "similarity",
  "rewards/point/mean": "points",
  kl: "KL",
  loss: "loss",
} as const;

/**
 * A bar on standard error with the last step's reward, accuracy or IoU, KL and the time left;
 * for a step without reward, the loss.
 */
export function progressBar(steps: number): ProgressBar {
  const { show, stop } = newBar(
    "{bar} step {value}/{total}  {figures}  {eta_formatted} left",
  );
  return {
    show(record) {
      show(record.step, steps, { figures: figuresOf(record) }, record.step - 1);
    },
    stop,
  };
}

function figuresOf(record: StepRecord): string {
  const parts: string[] = [];
  for (const [name, label] of Object.entries(SHOWN)) {
    const value = record[name];
    if (typeof value !== "number" || name === "loss" && "reward" in record) continue;
    parts.push(`${label} ${value.toFixed(3)}`);
  }
  return parts.join("  ");
}
