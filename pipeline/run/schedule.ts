import type { Settings } from "../settings/settings.ts";

/** Whether a run evaluates after this step: before step 1, after the last, and as it is set. */
export function evaluationDue(
  step: number,
  { steps, evalSteps, evalSamples }: Settings,
): boolean {
  if (evalSamples === 0) return false;
  return step === 0 || step === steps || evalSteps > 0 && step % evalSteps === 0;
}

/** Whether a run saves a checkpoint after this step. */
export function saveDue(step: number, { steps, saveSteps }: Settings): boolean {
  return saveSteps > 0 && step > 0 && (step === steps || step % saveSteps === 0);
}
