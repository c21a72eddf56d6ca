import { SingleBar } from "npm:cli-progress@3.12.0";
import type { StepRecord } from "../run_folder/metrics.ts";

/** A run's progress for people. */
export interface ProgressBar {
  show(record: StepRecord): void;
  /** Leaves the last state on the terminal. */
  stop(): void;
}

/** The figures that a bar shows, where a step has them, and what it calls them. */
const SHOWN = {
  reward: "reward",
  "rewards/accuracy/mean": "accuracy",
  "rewards/iou/mean": "IoU",
  kl: "KL",
  loss: "loss",
} as const;

/**
 * A bar on standard error with the last step's reward, accuracy or IoU, KL and the time left;
 * of a step without reward, the loss. Draws nothing where standard error is no terminal.
 */
export function progressBar(steps: number): ProgressBar {
  const bar = new SingleBar({
    format: "{bar} step {value}/{total}  {figures}  {eta_formatted} left",
    barsize: 20,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    etaBuffer: 20,
    noTTYOutput: false,
  });
  let started = false;
  return {
    show(record) {
      if (!started) bar.start(steps, record.step - 1, { figures: "" });
      started = true;
      bar.update(record.step, { figures: figuresOf(record) });
    },
    stop() {
      if (started) bar.stop();
    },
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
